"""One durable commit: objects are added as packs, then the branch is moved to them.

Which objects these are is the caller's.
"""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from photo_assets.model.errors import StorageError
from photo_assets.system.checked_json import write_json
from photo_assets.system.durable import require_directory, sync_directory
from photo_assets.system.file_lock import file_lock
from photo_assets.vault.history.joining import join_packs
from photo_assets.vault.history.packs import COMMIT, PackWriter
from photo_assets.vault.history.preparing import (
    UNFINISHED,
    create,
    name_branch,
    remove_unfinished,
    require_history,
)
from photo_assets.vault.history.repository import BRANCH, OWN, HistoryRepository
from photo_assets.vault.history.trees import Change, updated


@contextmanager
def committing(repository: HistoryRepository) -> Iterator["HistoryWriter"]:
    """Hold the lock of the repository, created if missing; remove what killed writers left.

    Raises `StorageError`, also if the folder holds something other than a history.
    """
    create(repository)
    require_history(repository)
    require_directory(repository.folder / OWN)  # a clone has none
    with file_lock(repository.own_file("lock")):
        remove_unfinished(repository)
        name_branch(repository)
        yield HistoryWriter(repository)
        # What fails here (a full disk, a damaged pack) is tried again after the next commit.
        with contextlib.suppress(StorageError, OSError, ValueError):
            join_packs(repository)


class HistoryWriter:
    """Adds objects to a locked repository and moves its branch to them, once."""

    def __init__(self, repository: HistoryRepository) -> None:
        self._repository = repository
        self._before = repository.head()
        self._packs = PackWriter(repository.folder / "objects" / "pack", self._announce)
        self._commit = b""

    @property
    def bytes_written(self) -> int:
        """The size of the packs and indexes written so far."""
        return self._packs.bytes_written

    def add(self, kind: int, content: bytes) -> bytes:
        """Add an object and return its name. Raises `StorageError`."""
        return self._packs.add(kind, content)

    def updated(self, tree: bytes | None, changes: Iterator[Change]) -> bytes | None:
        """Return the tree with sorted `changes` applied; see `trees.updated`."""
        return updated(self._repository, self.add, tree, changes)

    def commit(self, tree: bytes, author: str, seconds: int, message: str) -> bytes:
        """Commit a tree as the new head of the branch, durably; return the commit.

        `author` is `name <address>`, `seconds` the time since 1970. Raises `StorageError`; then the
        branch still has its old head.
        """
        who = f"{author} {seconds} +0000"
        parent = f"parent {self._before.decode()}\n" if self._before else ""
        text = f"tree {tree.decode()}\n{parent}author {who}\ncommitter {who}\n\n{message}\n"
        self._commit = self.add(COMMIT, text.encode())
        self._packs.flush()
        self._move_branch()
        return self._commit

    def _announce(self, packs: list[str]) -> None:
        before = (self._before or b"").decode()
        unfinished = {"packs": packs, "commit": self._commit.decode(), "before": before}
        write_json(self._repository.own_file(UNFINISHED), unfinished)

    def _move_branch(self) -> None:
        """Replace the branch's file through git's own lock, so that `git gc` cannot interfere."""
        target = self._repository.folder / BRANCH
        lock = target.with_name(f"{target.name}.lock")
        try:
            fd = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            try:
                os.write(fd, self._commit + b"\n")
                os.fsync(fd)
            finally:
                os.close(fd)
            os.replace(lock, target)
            sync_directory(target.parent)
        except FileExistsError as error:
            raise StorageError(
                f"Could not change {target}: another git program holds {lock}.",
                hint="Wait for it and run again. If no git program runs there, delete that file.",
            ) from error
        except OSError as error:
            with contextlib.suppress(OSError):
                lock.unlink(missing_ok=True)
            raise StorageError(
                f"Could not write {target}: {error.strerror or error}.",
                hint="Free up space on that disk or fix its permissions, then run again.",
            ) from error
        with contextlib.suppress(OSError):  # the next writer removes it
            self._repository.own_file(UNFINISHED).unlink(missing_ok=True)
