"""Where the thumbnails of a blob lie. How they are drawn is not here; others ask for a path.

`<root>/{tiny,small,medium}/<2>/<sha256>.jpg`, after the full SHA-256 of the original's bytes, so
that any program that knows the hash finds the picture without a database.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


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

    def path(self, size: ThumbnailSize, sha256: bytes) -> Path:
        """Return where the thumbnail of a blob (32 bytes of SHA-256) lies, made or not."""
        name = sha256.hex()
        return self.root / size.value / name[:2] / f"{name}.jpg"
