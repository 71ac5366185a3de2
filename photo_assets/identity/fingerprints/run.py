"""Fingerprinting a table of items: from the cache, computing and caching the rest."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from photo_assets.identity.fingerprints.cache import FingerprintCache, SameBytes
from photo_assets.identity.fingerprints.entries import Entry, row_of, rows_to_table
from photo_assets.identity.fingerprints.lookup import Lookup
from photo_assets.identity.fingerprints.options import (
    Conditions,
    FingerprintOptions,
    FingerprintProgress,
    Recall,
)
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.identity.fingerprints.record import ContentKey, Fingerprint
from photo_assets.identity.fingerprints.tasks import Setup, Task
from photo_assets.identity.fingerprints.worker_threads import WorkerThreads, running_threads
from photo_assets.thumbnails.tree import ThumbnailTree

_COLUMNS = (
    "source",
    "catalog",
    "native_id",
    "month",
    "path",
    "member",
    "media_kind",
    "availability",
    "file_size",
    "file_mtime_ns",
    "file_ctime_ns",
    "file_inode",
    "sha256",
    "sha1",
    "md5",
    "quality",
)
_READ = frozenset({"ok", "undecodable"})
_KEEP_EVERY = 64
_KEEP_EVERY_S = 2.0

Report = Callable[[FingerprintProgress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintRun:
    """The outcome: found = computed + cached + unavailable + failed, counted in items.

    Undecodable items count as computed or cached: their digests are known.
    """

    table: pa.Table
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
    `moved`, `kept`, `fetched` (downloaded in this run), `identified` (not downloaded, because a
    checksum of the service identifies it), `previewed` (whose preview was downloaded in this run),
    and the numbers `fetched_bytes` and `previewed_bytes`."""
    waiting: Mapping[str, Collection[str]]
    """The catalogs (`source/catalog`) of each month with unavailable content."""
    bytes_read: int
    contents_read: int
    bytes_fetched: int
    """Bytes transferred from online services, also those of downloads that failed."""
    notes: tuple[str, ...]
    """One line per optional program and library."""

    @property
    def found(self) -> int:
        """The number of given items."""
        return int(self.table.num_rows)


def fingerprint_items(
    items: pa.Table,
    cache: FingerprintCache,
    options: FingerprintOptions,
    progress: Report | None = None,
    recall: Recall | None = None,
) -> FingerprintRun:
    """Return a fingerprint for every row of `items` (`model.schema.ITEM_SCHEMA`).

    Each content is read at most once, and not if the cache has it for the current recipes and
    conditions. If it is unavailable, `recall` returns its last known row. Results are cached in
    small batches, after their thumbnails are on disk, so a killed run is resumed by running it
    again. Files are opened for reading only. Errors of single files are not raised: they become the
    row's status. Raises `StorageError` if the cache or the thumbnails cannot be written, and
    `PhotoAssetsError` if workers cannot be started.
    """
    conditions = Conditions.of(options)
    lookup = Lookup(cache, conditions, options.remote, reread=options.reread)
    entries = lookup.entries(items.select(list(_COLUMNS)).to_pylist())
    tasks = lookup.tasks(entries)
    _work(tasks, cache, options, conditions, progress)
    for entry in entries:
        if entry.task is not None:
            _apply(entry.task, entry)
    lookup.remember(entries, recall)
    return _summary(entries, tasks, conditions)


def _work(
    tasks: Sequence[Task],
    cache: FingerprintCache,
    options: FingerprintOptions,
    conditions: Conditions,
    progress: Report | None,
) -> None:
    if not tasks:
        return
    setup = Setup(
        max_pixels=options.max_pixels,
        max_seconds=options.max_seconds,
        max_memory_bytes=options.max_memory_bytes,
        exiftool=str(conditions.exiftool) if conditions.exiftool else None,
        thumbnails=str(options.thumbnails.root.absolute()) if options.thumbnails else None,
    )
    same = SameBytes(cache, conditions)
    writer = _CacheWriter(cache, options.thumbnails)
    with running_threads(
        tasks, options.threads, setup, conditions, same, options.remote
    ) as workers:
        try:
            _gather(workers, writer, len(tasks), progress)
        finally:
            writer.keep()


def _gather(
    workers: WorkerThreads, writer: "_CacheWriter", total: int, progress: Report | None
) -> None:
    done, bytes_read = 0, 0
    while workers.busy:
        task = workers.next_done(_KEEP_EVERY_S)
        writer.add(task)
        if task is None:
            continue
        done += 1
        bytes_read += task.bytes_read
        if progress is not None:
            progress(
                FingerprintProgress(contents_done=done, contents_total=total, bytes_read=bytes_read)
            )


class _CacheWriter:
    """Writes results to the cache in batches."""

    def __init__(self, cache: FingerprintCache, thumbnails: ThumbnailTree | None) -> None:
        self._cache = cache
        self._thumbnails = thumbnails
        self._pending: dict[ContentKey, Fingerprint] = {}
        self._kept_at = time.monotonic()

    def add(self, done: Task | None) -> None:
        """Add a finished task (or only check the time) and write a batch if it is due."""
        if done is not None and done.key is not None and done.fingerprint is not None:
            self._pending[done.key] = done.fingerprint
        late = time.monotonic() - self._kept_at >= _KEEP_EVERY_S
        if len(self._pending) >= _KEEP_EVERY or late:
            self.keep()

    def keep(self) -> None:
        """Write everything now."""
        pending, self._pending = self._pending, {}
        if pending and self._thumbnails is not None:
            self._thumbnails.settle()
        self._cache.put(pending)
        self._kept_at = time.monotonic()


def _summary(entries: list[Entry], tasks: Sequence[Task], conditions: Conditions) -> FingerprintRun:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    by_month: dict[str, Counter[str]] = {}
    waiting: dict[str, set[str]] = {}
    rows = []
    for entry in sorted(entries, key=lambda entry: entry.identity):
        row = row_of(entry)
        rows.append(row)
        month, status = row["month"], row["status"]
        words = [_word(entry, status)]
        if entry.moved:
            words.append("moved")
        if entry.failure is not None:
            waiting.setdefault(month, set()).add("/".join(entry.identity[:2]))
        if status in _READ and (entry.failure is not None or entry.is_away):
            words.append("kept")
        words += _words_of_service(entry)
        counts.update(words)
        by_month.setdefault(month, Counter()).update(words)
        if entry.task is not None:
            what = "previewed" if entry.task.is_of_preview else "fetched"
            by_month[month][f"{what}_bytes"] += entry.task.bytes_fetched
        if row.get("reason") is not None:
            reasons[f"{status}: {row['reason']}"] += 1
        if row.get("unread_reason"):
            reasons[f"kept: {row['unread_reason']}"] += 1
    return FingerprintRun(
        table=rows_to_table(rows),
        computed=counts["computed"],
        cached=counts["cached"],
        unavailable=counts["unavailable"],
        failed=counts["failed"],
        undecodable=sum(n for word, n in reasons.items() if word.startswith("undecodable")),
        moved=counts["moved"],
        kept=counts["kept"],
        reasons=reasons,
        by_month=by_month,
        waiting=waiting,
        bytes_read=sum(task.bytes_read for task in tasks),
        contents_read=sum(1 for task in tasks if task.bytes_read),
        bytes_fetched=sum(task.bytes_fetched for task in tasks),
        notes=conditions.notes,
    )


def _word(entry: Entry, status: str) -> str:
    """Return which of the four counts an item belongs to."""
    if status not in _READ:
        return status
    read = entry.task is not None and entry.task.fingerprint is not None
    return "computed" if read else "cached"


def _words_of_service(entry: Entry) -> list[str]:
    task = entry.task
    if task is not None and task.content is not None and task.fingerprint is not None:
        return ["previewed" if task.is_of_preview else "fetched"]
    is_identified = entry.failure is not None and entry.failure.reason is Reason.IDENTIFIED
    return ["identified"] if is_identified else []


def _apply(done: Task, entry: Entry) -> None:
    """Set the result of the entry's task. After a failure, earlier values are kept."""
    if done.fingerprint is None:
        entry.failure = done.failure
    elif done.is_of_preview:
        entry.preview = done.fingerprint
    else:
        entry.key, entry.known = done.key, done.fingerprint
    if entry.doubted is not None and entry.moved:
        same = entry.known is not None and entry.known.sha256 == entry.doubted.sha256
        entry.moved = same
