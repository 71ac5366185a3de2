"""The folders of a store in a folder: `blobs/sha256/ab/cd`, their names and their durability.

What is written into them, and what it takes to be a store, is in `folder`.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from photo_assets.model.errors import StorageError
from photo_assets.system.durable import sync_directory

_NAME: Final = re.compile(r"[0-9a-f]{64}")
_PAIR: Final = re.compile(r"[0-9a-f]{2}")


class BlobFolders:
    """The folders below `root`, an existing store. Safe to share between threads."""

    def __init__(self, root: Path) -> None:
        self.top = root / "blobs" / "sha256"
        self._root = root
        self._synced: set[Path] = set()

    def path(self, sha256: bytes) -> Path:
        """Return the path of a blob, existing or not."""
        name = sha256.hex()
        return self.top / name[:2] / name[2:4] / name

    def make(self, folder: Path) -> None:
        """Create a folder of blobs and those around it, until `sync` not durably."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"Could not create the folder {folder}: {error.strerror or error}.",
                hint="Check the disk and its permissions.",
            ) from error

    def sync(self, folder: Path) -> None:
        """Make the names of a folder and those around it survive a power failure.

        Also if another process made them, which may have been killed. Once for each, because a
        store removes none. It costs least after a file in it was synced: then little is left.
        """
        synced: list[Path] = []
        while folder != self._root and folder not in self._synced:
            try:
                sync_directory(folder.parent)
            except OSError as error:
                raise unreadable(folder.parent, error) from error
            synced.append(folder)
            folder = folder.parent
        # Only now: whoever finds one of them here does not look at those around it.
        self._synced.update(synced)

    def blobs(self, prefix: str) -> Iterator[bytes]:
        """Yield the blobs whose names start with `prefix`, in order. Other files are ignored.

        Raises the `StorageError` of a folder that cannot be read after all others were.
        """
        failed: list[StorageError] = []
        for folder in self._all(prefix, failed):
            try:
                names = _names(folder, _NAME, prefix)
            except StorageError as error:
                failed.append(error)
                continue
            yield from map(bytes.fromhex, names)
        if failed:
            raise failed[0]

    def all(self) -> Iterator[Path]:
        """Yield all folders of blobs that can be found."""
        return self._all("", [])

    def _all(self, prefix: str, failed: list[StorageError]) -> Iterator[Path]:
        for first in [prefix[:2]] if len(prefix) > 1 else _names(self.top, _PAIR, prefix):
            try:
                folders = _names(self.top / first, _PAIR, prefix[2:4])
            except StorageError as error:
                failed.append(error)
                continue
            yield from (self.top / first / second for second in folders)


def _names(folder: Path, form: re.Pattern[str], prefix: str) -> list[str]:
    try:
        found = os.listdir(folder)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(folder, error) from error
    return sorted(name for name in found if form.fullmatch(name) and name.startswith(prefix))


def unreadable(path: Path, error: OSError) -> StorageError:
    """Return the error of a file or folder that cannot be read."""
    return StorageError(
        f"Could not read {path}: {error.strerror or error}.",
        hint="Check the disk and its permissions.",
    )
