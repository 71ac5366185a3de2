"""Reading the bare git repository of the history: its branch, its objects, its size.

What its files contain does not belong here, and commits are made by `committing`. Everything is
read through dulwich, so that a repository that `git gc` packed is read as well, and every object is
compared with its name.
"""

import contextlib
import os
import re
import weakref
from pathlib import Path
from typing import Final

from dulwich.objects import ObjectID
from dulwich.refs import DiskRefsContainer, Ref

from photo_assets.model.errors import StorageError
from photo_assets.vault.history.objects import Objects
from photo_assets.vault.history.packs import BLOB, COMMIT, TREE

BRANCH: Final = "refs/heads/main"
OWN: Final = "photosync"
"""The folder of this program's own files in the repository."""

_COMMIT: Final = re.compile(rb"[0-9a-f]{40}")

_HINT = (
    "Check the disk; `git fsck` in that folder lists what is damaged. With another clone or a "
    "remote: git clone --bare --no-local ADDRESS CLONE, then copy all files of CLONE/objects/pack "
    "into objects/pack of that folder. Without one, move the folder away: photosync discover makes "
    "it again with the present records; earlier commits are lost."
)


class DamagedHistoryError(StorageError):
    """An object is missing or damaged: reading it again gives the same."""


class HistoryRepository:
    """The repository in a folder. The folder is created by the first commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._objects = Objects(folder / "objects")
        # Otherwise its files are closed by destructors, which fail when the interpreter ends.
        weakref.finalize(self, self._objects.close)

    def exists(self) -> bool:
        """Return whether the folder holds a git repository. Raises `StorageError`."""
        try:
            return (self.folder / "HEAD").is_file()
        except OSError as error:  # no permission, or no name that the file system takes
            raise self._unreadable(error) from error

    def head(self) -> bytes | None:
        """Return the last commit, None before the first. Raises `StorageError`."""
        if not self.exists():
            return None
        try:
            head = DiskRefsContainer(self.folder).read_ref(Ref(BRANCH.encode()))
            if head is None and (self.folder / BRANCH).exists():
                head = ObjectID(b"")  # a power failure may leave it empty
        except OSError as error:
            raise self._unreadable(error) from error
        except ValueError as error:
            raise self._damaged(f"the file of its branch {BRANCH} cannot be read") from error
        if head is not None and not _COMMIT.fullmatch(head):
            raise self._damaged(f"its branch {BRANCH} names no commit")
        return head

    def read(self, name: bytes, kind: int) -> bytes:
        """Return the content of an object.

        Raises `DamagedHistoryError` if it is missing or damaged, else `StorageError`.
        """
        try:
            found, content = self._objects.get(name)
        except OSError as error:  # a file that cannot be opened is not a damaged one
            raise self._unreadable(error) from error
        except Exception as error:  # dulwich raises many kinds for damaged packs
            if not os.path.isdir(self.folder / "objects"):  # its disk is away
                raise self._unreadable(FileNotFoundError("it is not there any more")) from error
            raise self._damaged(f"the object {name.decode()} cannot be read ({error!r})") from error
        if found != kind:
            raise self._damaged(f"the object {name.decode()} is of another kind")
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

    def own_file(self, name: str) -> Path:
        """Return the path of a file of this program, which git ignores."""
        return self.folder / OWN / name

    def _unreadable(self, error: OSError) -> StorageError:
        return StorageError(
            f"The history in {self.folder} could not be read: {error.strerror or error}.",
            hint="Check the path, its permissions and the disk, then run again.",
        )

    def _damaged(self, what: str) -> StorageError:
        return DamagedHistoryError(f"The history in {self.folder} is damaged: {what}.", hint=_HINT)
