"""Checks of the history: that its repository is sound, and that its remote is there and private."""

from collections.abc import Iterator

from photo_assets.cli.doctor.check import Check, fail, ok, warn
from photo_assets.model.errors import StorageError
from photo_assets.model.wording import counted, size
from photo_assets.vault.history.log import commits
from photo_assets.vault.history.remote import RemoteError, is_public, is_pushed, remote_head
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.trees import entries_of, find
from photo_assets.workspace import Workspace

_SAMPLE = 16
_MANY_PACKS = 500  # git and we look for an object in one after the other


def check_history(workspace: Workspace) -> Iterator[Check]:
    """Check the repository, and its remote where one is configured. Nothing is pushed."""
    settings = workspace.settings.vault.history
    if not settings.enabled:
        yield ok("history", "off (vault.history.enabled)")
        return
    repository = workspace.history
    if repository.head() is None:
        yield ok("history", "not created yet; the first discover creates it")
    else:
        try:
            count = _read(repository)
        except StorageError as error:
            yield fail("history", error.message, error.hint or "See docs/history.md.")
            return
        packs, used = repository.size()
        text = f"{counted(count, 'commit')}, {size(used)} at {repository.folder}"
        if packs > _MANY_PACKS:
            yield warn("history", text, f"Make it smaller: git -C {repository.folder} gc")
        else:
            yield ok("history", text)
    if settings.remote is not None:
        yield _check_remote(repository, settings.remote)


def _read(repository: HistoryRepository) -> int:
    """Read every commit, and a sample of the last one's files; return the number of commits."""
    count = sum(1 for _ in commits(repository))
    photos = find(repository, repository.tree_of(repository.head()), (b"photos",))
    folders = entries_of(repository.tree(photos)) if photos else {}
    for name in [*folders][:: max(1, len(folders) // _SAMPLE)]:
        for _, folder in entries_of(repository.tree(folders[name][1])).values():
            for _, blob in entries_of(repository.tree(folder)).values():
                repository.blob(blob)
    return count


def _check_remote(repository: HistoryRepository, remote: str) -> Check:
    name = "history's remote"
    try:
        head = remote_head(repository, remote)
    except RemoteError as error:
        return warn(name, error.message, error.hint or "See docs/history.md.")
    if is_public(repository, remote):
        fix = "Make it private: it says where photos were taken and who is in them."
        return warn(name, "anyone can read it", fix)
    if head is None or not is_pushed(repository, remote):
        return ok(name, "reachable; the next discover pushes to it")
    return ok(name, "reachable, and has every commit")
