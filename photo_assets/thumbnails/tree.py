"""Where the thumbnails of a blob are stored, and writing them there. Drawing is not done here.

`<root>/{tiny,small,medium}/<2>/<sha256>.jpg`, named by the full SHA-256 of the original's bytes,
so that any program that knows the hash finds the picture without a database.

A file appears complete under its name, by a rename from a separate folder, and is not synced: a
crash may lose or empty it. So a run syncs the file system once before it records a batch of
fingerprints: thumbnails recorded as drawn are on disk, and all others are drawn again.
"""

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from photo_assets.model.errors import StorageError
from photo_assets.system.durable import make_directory, sweep_temporaries, sync_filesystem

_ABANDONED_S = 3600.0


class UnwritableError(Exception):
    """The disk refused a thumbnail: full, read-only, no permission. Not a fault of the photo."""


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

    def write(self, sha256: bytes, encoded: Mapping[ThumbnailSize, bytes]) -> None:
        """Write the three files of a blob. Raises `UnwritableError`."""
        for size, content in encoded.items():
            try:
                _write(content, self.incoming, self.path(size, sha256))
            except OSError as error:
                raise UnwritableError(f"{error.strerror or error}") from error

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


def _write(content: bytes, incoming: Path, target: Path) -> None:
    temporary = incoming / f".{os.getpid()}-{secrets.token_hex(4)}.tmp"
    try:
        _write_new(temporary, content)
        try:
            temporary.replace(target)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _write_new(path: Path, content: bytes) -> None:
    try:
        stream = path.open("xb", buffering=0)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("xb", buffering=0)
    with stream:
        written = stream.write(content)
        while written < len(content):
            written += stream.write(content[written:])
