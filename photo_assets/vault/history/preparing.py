"""Making a folder the repository of the history, and removing what killed writers left there."""

import contextlib
import os
from pathlib import Path
from typing import Final

from dulwich.config import ConfigFile
from dulwich.refs import DiskRefsContainer, Ref

from photo_assets.model.errors import StorageError
from photo_assets.system.checked_json import read_json
from photo_assets.system.durable import (
    is_temporary,
    make_directory,
    sweep_temporaries,
    write_bytes,
)
from photo_assets.system.file_lock import file_lock
from photo_assets.vault.history.repository import BRANCH, OWN, HistoryRepository
from photo_assets.vault.history.trees import find

MARK: Final = (b"schemas", b"photo.schema.json")
"""The file by which a repository is recognized as a history."""

UNFINISHED: Final = "unfinished"
"""The file that names the packs of a commit while they are written."""

_CONFIG = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
_HEAD: Final = f"ref: {BRANCH}\n".encode()
_BEGUN = {"objects", "refs", "config", OWN}  # what there may be of one that is not complete


def create(repository: HistoryRepository) -> None:
    """Create the repository if there is none. Raises `StorageError`."""
    if repository.exists():
        return
    folder = repository.folder
    found = os.listdir(folder) if folder.is_dir() else []
    if {name for name in found if not is_temporary(name)} - _BEGUN:
        raise StorageError(
            f"{folder} is not empty and is not a git repository.",
            hint="Set vault.history.folder to a new folder.",
        )
    try:
        for name in ("objects/pack", "objects/info", "refs/heads", OWN):
            make_directory(folder / name)
    except OSError as error:
        raise StorageError(
            f"Could not create the history in {folder}: {error.strerror or error}.",
            hint="Check the path and its permissions.",
        ) from error
    with file_lock(repository.own_file("lock")):
        if not repository.exists():
            write_bytes(folder / "config", _CONFIG)
            # Last: it makes the folder a repository.
            write_bytes(folder / "HEAD", _HEAD)


def require_history(repository: HistoryRepository) -> None:
    """Raise `StorageError` if the repository holds something other than a history."""
    head = repository.head()
    branches = DiskRefsContainer(repository.folder).keys(Ref(b"refs/heads/"))
    if head is None and not branches:
        _require_plain(repository.folder)
        return
    if find(repository, repository.tree_of(head), MARK) is None:
        raise StorageError(
            f"{repository.folder} is a git repository, but not a history of this program.",
            hint="The history needs a repository of its own: set vault.history.folder to a new "
            "folder.",
        )


def _require_plain(folder: Path) -> None:
    """Raise `StorageError` if an empty repository has another format than the one written here."""
    try:
        sections = [*ConfigFile.from_path(str(folder / "config")).sections()]
    except (OSError, ValueError):  # none, or one that git does not read either
        return
    if any(section[0].lower() == b"extensions" for section in sections):
        raise StorageError(
            f"{folder} is an empty git repository of a format that the history cannot have.",
            hint="Its configuration has `extensions`, such as SHA-256 names of objects. Set "
            "vault.history.folder to a new folder.",
        )


def name_branch(repository: HistoryRepository) -> None:
    """Make the branch that is written the one that a clone checks out. Raises `StorageError`.

    The caller holds the lock of the repository.
    """
    head = repository.folder / "HEAD"
    if repository.head() is None and head.read_bytes() != _HEAD:  # as `git init` made it
        write_bytes(head, _HEAD)


def remove_unfinished(repository: HistoryRepository) -> None:
    """Remove packs, a lock and temporary files of a killed writer. Raises `StorageError`.

    The caller holds the lock of the repository.
    """
    try:
        _remove(repository)
    except OSError as error:
        raise StorageError(
            f"Could not write to the history in {repository.folder}: {error.strerror or error}.",
            hint="Free up space on that disk or fix its permissions, then run again.",
        ) from error


def _remove(repository: HistoryRepository) -> None:
    for name in ("objects/pack", "refs/heads", "", OWN):
        sweep_temporaries(repository.folder / name, older_than_s=float("-inf"), now=0.0)
    unfinished = read_json(repository.own_file(UNFINISHED))
    # Where the branch moved since, its commits may refer to objects of these packs.
    if unfinished and unfinished["before"] == (repository.head() or b"").decode():
        packs = repository.folder / "objects" / "pack"
        for stem in unfinished["packs"]:
            for ending in ("idx", "pack"):  # the index first: it makes a pack known
                (packs / f"{stem}.{ending}").unlink(missing_ok=True)
        if unfinished["commit"]:  # before that is known, a lock is another program's
            _remove_lock(repository.folder / f"{BRANCH}.lock", unfinished["commit"])
    repository.own_file(UNFINISHED).unlink(missing_ok=True)


def _remove_lock(lock: Path, commit: str) -> None:
    """Remove the branch's lock if the killed writer of `commit` left it."""
    with contextlib.suppress(FileNotFoundError):
        if commit.startswith(lock.read_text().rstrip()):
            lock.unlink()
