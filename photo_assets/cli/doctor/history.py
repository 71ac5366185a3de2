"""Checks of the history: that its repository is sound, and that its remote is there and private."""

from collections.abc import Iterator

from photo_assets.cli.doctor.check import Check, fail, ok, warn
from photo_assets.defs.history_sources import require_history
from photo_assets.model.errors import StorageError
from photo_assets.model.wording import counted, size
from photo_assets.vault.history.git_program import RemoteError
from photo_assets.vault.history.log import commits
from photo_assets.vault.history.remote import forget_push, is_public, remote_head
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
    try:
        require_history(workspace)
        head = repository.head()
    except (OSError, StorageError) as error:
        stated = StorageError(f"The history cannot be read: {error}.")
        known = error if isinstance(error, StorageError) else stated
        yield fail("history", known.message, known.hint or "See docs/history.md.")
        return
    if head is None:
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
        yield from check_remote(repository, settings.remote)


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


def check_remote(repository: HistoryRepository, remote: str) -> Iterator[Check]:
    """Compare the remote with the repository, and check that not everybody can read it.

    If the remote lacks commits, the last push is forgotten, so that the next run pushes.
    """
    name = "history's remote"
    try:
        theirs = remote_head(repository, remote)
    except RemoteError as error:
        yield warn(name, error.message, error.hint or "See docs/history.md.")
        return
    if is_public(repository, remote):
        fix = "Make it private: it says where photos were taken and who is in them."
        yield warn(name, "anyone can read it", fix)
    names = [one.name for one in commits(repository)]
    if theirs is not None and theirs not in names:
        fix = "See `When a push is refused` in docs/history.md."
        yield fail(name, "it has commits that the history here does not have", fix)
    elif [theirs] == names[:1]:
        yield ok(name, "reachable, and has every commit")
    else:
        forget_push(repository)
        state = "has no commit yet" if theirs is None else "lacks the last commits"
        yield ok(name, f"reachable; it {state}, and the next discover pushes to it")
