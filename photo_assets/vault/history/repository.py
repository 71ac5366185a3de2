"""The bare git repository of the history: its folder, branch, objects, and one durable commit.

What its files contain does not belong here. Everything is read through dulwich, so that a
repository that `git gc` packed is read as well, and every object is compared with its name.
"""

import contextlib
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID
from dulwich.refs import DiskRefsContainer, Ref

from photo_assets.model.errors import StorageError
from photo_assets.system.checked_json import read_json, write_json
from photo_assets.system.durable import (
    is_temporary,
    make_directory,
    require_directory,
    sweep_temporaries,
    sync_directory,
    write_bytes,
)
from photo_assets.system.file_lock import file_lock
from photo_assets.vault.history.packs import BLOB, COMMIT, TREE, PackWriter, object_id
from photo_assets.vault.history.trees import Change, entries_of, updated

BRANCH: Final = "refs/heads/main"
MARK: Final = (b"schemas", b"photo.schema.json")
"""The file by which a repository is recognized as a history."""

_CONFIG = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
_OWN = "photosync"  # the folder of our own files in the repository
_BEGUN = {"objects", "refs", "config", _OWN}  # what there may be of one that is not complete
_HINT = (
    "Check the disk. `git fsck` in that folder lists the damage; a clone of its remote, put in its "
    "place with `git clone --bare`, repairs it."
)


class HistoryRepository:
    """The repository in a folder. The folder is created by the first commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = DiskObjectStore(folder / "objects")
        # Otherwise its files are closed by destructors, which fail when the interpreter ends.
        weakref.finalize(self, self._store.close)

    def exists(self) -> bool:
        """Return whether the folder holds a git repository."""
        return (self.folder / "HEAD").is_file()

    def head(self) -> bytes | None:
        """Return the last commit, None before the first. Raises `StorageError`."""
        if not self.exists():
            return None
        try:
            return DiskRefsContainer(self.folder).read_ref(Ref(BRANCH.encode()))
        except (OSError, ValueError) as error:
            raise self._damaged(f"its branch cannot be read: {error}") from error

    def read(self, name: bytes, kind: int) -> bytes:
        """Return the content of an object. Raises `StorageError` if it is missing or damaged."""
        try:
            found, content = self._store.get_raw(ObjectID(name))
        except Exception as error:  # dulwich raises many kinds for damaged packs
            raise self._damaged(f"the object {name.decode()} cannot be read ({error!r})") from error
        if found != kind or object_id(kind, content) != name:
            raise self._damaged(f"the object {name.decode()} is damaged")
        return content

    def blob(self, name: bytes) -> bytes:
        """Return the content of a file. Raises as `read`."""
        return self.read(name, BLOB)

    def tree(self, name: bytes) -> bytes:
        """Return the content of a tree. Raises as `read`."""
        return self.read(name, TREE)

    def tree_of(self, commit: bytes | None) -> bytes | None:
        """Return the tree of a commit, None if there is no commit. Raises as `read`."""
        if commit is None:
            return None
        return self.read(commit, COMMIT).split(b"\n", 1)[0].removeprefix(b"tree ")

    def size(self) -> tuple[int, int]:
        """Return the number of packs and the size of all files of the repository, in bytes."""
        packs = total = 0
        for folder, _, names in os.walk(self.folder):
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    total += os.stat(os.path.join(folder, name)).st_size
                packs += name.endswith(".pack")
        return packs, total

    @property
    def written_commit(self) -> str | None:
        """The last commit that `remember` was called with: others were made elsewhere."""
        commit = read_json(self._file("state")).get("commit")
        return commit if isinstance(commit, str) else None

    def remember(self, commit: bytes) -> None:
        """Record that everything up to `commit` was written by this program."""
        if self.written_commit != commit.decode():
            write_json(self._file("state"), {"commit": commit.decode()})

    @contextmanager
    def writing(self) -> Iterator["HistoryWriter"]:
        """Hold the lock of the repository, created if missing; remove what killed writers left.

        Raises `StorageError`, also if the folder holds something other than a history.
        """
        self._create()
        self._require_history()
        require_directory(self._file("lock").parent)  # a clone has none
        with file_lock(self._file("lock")):
            self._sweep()
            yield HistoryWriter(self)

    def _create(self) -> None:
        if self.exists():
            return
        found = os.listdir(self.folder) if self.folder.is_dir() else []
        if {name for name in found if not is_temporary(name)} - _BEGUN:
            raise StorageError(
                f"{self.folder} is not empty and is not a git repository.",
                hint="Set vault.history.folder to a new folder.",
            )
        try:
            for name in ("objects/pack", "objects/info", "refs/heads", _OWN):
                make_directory(self.folder / name)
        except OSError as error:
            raise StorageError(
                f"Could not create the history in {self.folder}: {error.strerror or error}.",
                hint="Check the path and its permissions.",
            ) from error
        with file_lock(self._file("lock")):
            if not self.exists():
                write_bytes(self.folder / "config", _CONFIG)
                # Last: it makes the folder a repository.
                write_bytes(self.folder / "HEAD", f"ref: {BRANCH}\n".encode())

    def _require_history(self) -> None:
        head = self.head()
        if head is None and not self._other_branches():
            return
        tree = self.tree_of(head)
        for part in MARK:
            tree = entries_of(self.tree(tree)).get(part, (0, None))[1] if tree else None
        if tree is None:
            raise StorageError(
                f"{self.folder} is a git repository, but not a history of this program.",
                hint="The history needs a repository of its own: set vault.history.folder to a new "
                "folder.",
            )

    def _other_branches(self) -> bool:
        return bool(DiskRefsContainer(self.folder).keys(Ref(b"refs/heads/")))

    def _sweep(self) -> None:
        """Remove packs, a lock and temporary files of a writer that was killed."""
        try:
            self._remove_unfinished()
        except OSError as error:
            raise StorageError(
                f"Could not write to the history in {self.folder}: {error.strerror or error}.",
                hint="Free up space on that disk or fix its permissions, then run again.",
            ) from error

    def _remove_unfinished(self) -> None:
        for name in ("objects/pack", "refs/heads", "", _OWN):
            sweep_temporaries(self.folder / name, older_than_s=float("-inf"), now=0.0)
        unfinished = read_json(self._file("unfinished"))
        commit = unfinished.get("commit", "")
        head = self.head()
        if unfinished and commit != (head or b"").decode():
            packs = self.folder / "objects" / "pack"
            for stem in unfinished["packs"]:
                for ending in ("idx", "pack"):  # the index first: it makes a pack known
                    (packs / f"{stem}.{ending}").unlink(missing_ok=True)
            lock = self.folder / f"{BRANCH}.lock"
            with contextlib.suppress(FileNotFoundError):
                if commit.startswith(lock.read_text().rstrip()):
                    lock.unlink()
        self._file("unfinished").unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.folder / _OWN / name

    def _damaged(self, what: str) -> StorageError:
        return StorageError(f"The history in {self.folder} is damaged: {what}.", hint=_HINT)


class HistoryWriter:
    """Adds objects to a locked repository and moves its branch to them, once."""

    def __init__(self, repository: HistoryRepository) -> None:
        self._repository = repository
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
        head = self._repository.head()
        who = f"{author} {seconds} +0000"
        parent = f"parent {head.decode()}\n" if head else ""
        text = f"tree {tree.decode()}\n{parent}author {who}\ncommitter {who}\n\n{message}\n"
        self._commit = self.add(COMMIT, text.encode())
        self._packs.flush()
        self._move_branch()
        return self._commit

    def _announce(self, packs: list[str]) -> None:
        unfinished = {"packs": packs, "commit": self._commit.decode()}
        write_json(self._repository._file("unfinished"), unfinished)

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
            (self._repository.folder / _OWN / "unfinished").unlink(missing_ok=True)
