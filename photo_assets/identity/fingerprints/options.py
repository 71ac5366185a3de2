"""What a fingerprint run is told, what it says on the way, and what it gives back. No logic."""

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
"""Returns the last rows in which the content of these items was known: it stays known while nobody
sees other bytes in its place."""


def usable_cores() -> int:
    """Return how many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintOptions:
    """Limits and means of a run. A file that meets a limit costs itself its hashes, no more."""

    max_pixels: int = 400_000_000
    """Pictures with more pixels are not decoded."""
    max_seconds: float = 60.0
    """The longest one step of one file may take, seconds: no byte read, one EXIF block parsed, one
    picture decoded."""
    max_memory_bytes: int = 2 << 30
    """Address space one worker may use beyond its own program."""
    exiftool: Path | None = None
    """The exiftool program; None: the one on PATH, if any."""
    thumbnails: ThumbnailTree | None = None
    """Where the thumbnails of every picture that is decoded go; None: hashes only, which takes
    about two thirds of the time."""
    reread: bool = False
    """Whether every content is read again for its digests, whatever its file's state says."""
    redraw: bool = False
    """Whether thumbnails that were drawn before are drawn again (their files are gone)."""
    threads: int = field(default_factory=lambda: min(usable_cores(), 8))
    """Files worked on at once, each in a process of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintProgress:
    """How far a run is. Contents are files and archive entries; several items may share one."""

    contents_done: int
    contents_total: int
    bytes_read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintRun:
    """The outcome: found = computed + cached + unavailable + failed, counted in items.

    Undecodable items are among computed and cached: their digests are known.
    """

    table: "pa.Table"
    """Rows of `model.tables.FINGERPRINTS`, one an item, by (source, catalog, native_id)."""
    computed: int
    """Items whose content, or a missing part of what is known of it, was read in this run."""
    cached: int
    unavailable: int
    failed: int
    undecodable: int
    moved: int
    """Items known under another path, whose file proves to be the same."""
    kept: int
    """Items among the cached whose file is away or refused to be read: what was known stands."""
    reasons: Counter[str]
    """Items by "status: reason" for all of which something is wrong, by "kept: reason" for those
    whose file refused to be read."""
    by_month: Mapping[str, Counter[str]]
    """The four counts of each month among the items (computed, cached, unavailable, failed), with
    `moved` and `kept`."""
    waiting: Mapping[str, Collection[str]]
    """The catalogs (`source/catalog`) of each month with content that was wanted and could not be
    had."""
    bytes_read: int
    contents_read: int
    notes: tuple[str, ...]
    """One line each about optional programs and libraries."""

    @property
    def found(self) -> int:
        """Items given."""
        return int(self.table.num_rows)
