"""The options, progress and results of a fingerprint run. No logic."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photo_assets.thumbnails.tree import ThumbnailTree

if TYPE_CHECKING:
    import pyarrow as pa


Row = Mapping[str, Any]
ItemKey = tuple[str, str, str]
"""Source, catalog and native id."""

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
    threads: int = field(default_factory=lambda: min(usable_cores(), 8))
    """Number of files processed at once, each in a separate process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintProgress:
    """A run's progress. Contents are files and archive entries; several items may share one."""

    contents_done: int
    contents_total: int
    bytes_read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintRun:
    """The outcome: found = computed + cached + unavailable + failed, counted in items.

    Undecodable items count as computed or cached: their digests are known.
    """

    table: "pa.Table"
    """Rows of `model.tables.FINGERPRINTS`, one per item, by (source, catalog, native_id)."""
    computed: int
    """Items whose content was read in this run, for all or missing parts."""
    cached: int
    unavailable: int
    failed: int
    undecodable: int
    moved: int
    """Items known under another path, whose file is proven to be the same."""
    kept: int
    """Cached items whose file is unavailable or unreadable: the last known values are kept."""
    reasons: Counter[str]
    """Items with a problem by "status: reason", those with an unreadable file by "kept: reason"."""
    by_month: Mapping[str, Counter[str]]
    """The four counts of each month among the items (computed, cached, unavailable, failed), with
    `moved` and `kept`."""
    waiting: Mapping[str, Collection[str]]
    """The catalogs (`source/catalog`) of each month with unavailable content."""
    bytes_read: int
    contents_read: int
    notes: tuple[str, ...]
    """One line per optional program and library."""

    @property
    def found(self) -> int:
        """The number of given items."""
        return int(self.table.num_rows)
