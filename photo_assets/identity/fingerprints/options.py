"""What a fingerprint run is given, and what its results depend on besides the bytes.

These conditions (limits, libraries, optional programs) are recorded with failed results, so that
they are retried when the conditions change.
"""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from photo_assets.identity.fingerprints.exiftool import exiftool_status, find_exiftool
from photo_assets.identity.fingerprints.optional_decoders import (
    PILLOW_HEIF_ABSENT,
    PREVIEW_DECODER,
    PYLIBJXL_ABSENT,
    RAWPY_ABSENT,
    is_installed,
)
from photo_assets.identity.fingerprints.record import (
    DIGEST_RECIPE,
    EXIF_RECIPE,
    IMAGE_DATA_RECIPE,
    PICTURE_RECIPE,
    THUMBNAIL_RECIPE,
    Fingerprint,
    Part,
)
from photo_assets.media.content import RemoteContent
from photo_assets.thumbnails.tree import ThumbnailTree

_LIBRARIES = ("pillow", "simplejpeg", "pillow-heif", "pyvips-binary", "rawpy", "pylibjxl")

Row = Mapping[str, Any]
ItemKey = tuple[str, str, str]
"""Source, catalog and native id."""


class Remote(Protocol):
    """The originals and previews of online catalogs. Safe to share between threads."""

    def find(self, items: Sequence[Row]) -> Mapping[ItemKey, RemoteContent]:
        """Return the original of each item of an online catalog; makes no call.

        One that must not be read says why, and may have a preview.
        """

    def fetched(
        self, content: RemoteContent, stopped: threading.Event
    ) -> AbstractContextManager[tuple[Path, int]]:
        """Give the original or preview as a file for a while, with the number of bytes transferred.

        `stopped` ends the download. Raises `RemoteContentError` where it cannot be had.
        """


Recall = Callable[[Sequence[Row]], Mapping[ItemKey, Row]]
"""Returns the last rows with known content of these items: it is kept until other bytes are read
in its place."""


def usable_cores() -> int:
    """Return how many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintOptions:
    """Limits and resources of a run. A file that exceeds a limit loses only its own hashes."""

    max_pixels: int = 400_000_000
    """Pictures with more pixels are not decoded."""
    max_seconds: float = 60.0
    """Time limit of one step of one file, seconds: waiting for a byte, parsing one EXIF block,
    decoding one picture."""
    max_memory_bytes: int = 2 << 30
    """Address space one worker may use beyond its own program."""
    exiftool: Path | None = None
    """The exiftool program; None: the one on PATH, if any."""
    thumbnails: ThumbnailTree | None = None
    """Where thumbnails of all decoded pictures are stored; None: hashes only, which takes about two
    thirds of the time."""
    reread: bool = False
    """Whether every content is reread for its digests, even if its file looks unchanged."""
    redraw: bool = False
    """Whether recorded thumbnails are drawn again (their files are gone)."""
    remote: Remote | None = None
    """Where the originals of online catalogs are had; None: they are not read."""
    threads: int = field(default_factory=lambda: min(usable_cores(), 8))
    """Number of files processed at once, each in a separate process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintProgress:
    """A run's progress. Contents are files and archive entries; several items may share one."""

    contents_done: int
    contents_total: int
    bytes_read: int


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of one run."""

    picture: str
    exiftool: Path | None
    image_data_tool: str | None
    notes: tuple[str, ...]
    thumbnails: bool = False
    redraw: bool = False

    @classmethod
    def of(cls, options: FingerprintOptions) -> "Conditions":
        """Detect what is installed."""
        exiftool = find_exiftool(options.exiftool)
        status = exiftool_status(options.exiftool)
        notes = [status] if exiftool is None else []
        absent = {
            "pillow_heif": PILLOW_HEIF_ABSENT,
            "rawpy": RAWPY_ABSENT,
            "pylibjxl": PYLIBJXL_ABSENT,
        }
        notes += [note for name, note in absent.items() if not is_installed(name)]
        libraries = " ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
        limits = f"{options.max_pixels}px {options.max_seconds:g}s {options.max_memory_bytes}B"
        return cls(
            f"{limits} {libraries}",
            exiftool,
            status if exiftool is not None else None,
            tuple(notes),
            options.thumbnails is not None,
            options.redraw,
        )

    def missing_parts(self, known: Fingerprint, wanted: frozenset[Part]) -> frozenset[Part]:
        """Return those of the `wanted` parts that must be computed again."""
        if known.digest_recipe != DIGEST_RECIPE:
            return wanted
        stale = {
            Part.EXIF: known.exif_recipe != EXIF_RECIPE,
            Part.PICTURE: self._picture_is_stale(known),
            Part.IMAGE_DATA: self._image_data_is_stale(known),
        }
        return frozenset(part for part in wanted if stale.get(part, False))

    def _picture_is_stale(self, known: Fingerprint) -> bool:
        if known.picture_recipe != PICTURE_RECIPE:
            return True
        if self.thumbnails and (self.redraw or known.thumbnail_recipe != THUMBNAIL_RECIPE):
            return True
        could_be_better = known.picture_reason is not None or known.decoder == PREVIEW_DECODER
        return could_be_better and known.picture_conditions != self.picture

    def _image_data_is_stale(self, known: Fingerprint) -> bool:
        if known.image_data_recipe != IMAGE_DATA_RECIPE:
            return True
        return (
            known.image_data_sha256 is None
            and self.image_data_tool is not None
            and known.image_data_tool != self.image_data_tool
        )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
