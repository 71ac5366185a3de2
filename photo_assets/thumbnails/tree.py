"""Where the thumbnails of a blob are stored. Drawing them is not done here.

`<root>/{tiny,small,medium}/<2>/<sha256>.jpg`, named by the full SHA-256 of the original's bytes,
so that any program that knows the hash finds the picture without a database.
"""

import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from photo_assets.model.errors import StorageError
from photo_assets.system.durable import make_directory, sweep_temporaries, sync_filesystem

_ABANDONED_S = 3600.0


class ThumbnailSize(StrEnum):
    """The three sizes, from the smallest."""

    TINY = "tiny"
    SMALL = "small"
    MEDIUM = "medium"

    @property
    def long_edge(self) -> int:
        """The longer side is at most this, pixels; smaller pictures are never enlarged."""
        return _LONG_EDGE[self]


_LONG_EDGE = {ThumbnailSize.TINY: 150, ThumbnailSize.SMALL: 500, ThumbnailSize.MEDIUM: 1920}


@dataclass(frozen=True, slots=True)
class ThumbnailTree:
    """The folder of all thumbnails."""

    root: Path

    @property
    def incoming(self) -> Path:
        """The folder for files being written, on the same file system."""
        return self.root / ".incoming"

    def path(self, size: ThumbnailSize, sha256: bytes) -> Path:
        """Return the path of a blob's thumbnail (32 bytes of SHA-256), existing or not."""
        name = sha256.hex()
        return self.root / size.value / name[:2] / f"{name}.jpg"

    def sweep(self) -> int:
        """Remove unfinished files of killed writers; return how many."""
        return sweep_temporaries(self.incoming, _ABANDONED_S, time.time())

    def settle(self) -> None:
        """Make every thumbnail written so far survive a power failure. Raises `StorageError`."""
        try:
            make_directory(self.root)
            sync_filesystem(self.root)
        except OSError as error:
            raise StorageError(
                f"Could not sync the thumbnails in {self.root} to disk: {error.strerror or error}.",
                hint="The disk may be full or failing. Unrecorded thumbnails will be drawn again.",
            ) from error
