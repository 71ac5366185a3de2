"""Months of `identity/fingerprints`: which are due, and building one.

A month is due when the catalog partitions it was built from have changed, when the hash recipe
changed, or when previously unreadable files may be readable now. The last known content of an
unavailable file is taken from the stored month (`last_known`).
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.fingerprints.options import FingerprintProgress, ItemKey, Recall, Row
from photo_assets.identity.fingerprints.record import (
    DIGEST_RECIPE,
    EXIF_RECIPE,
    IMAGE_DATA_RECIPE,
    PICTURE_RECIPE,
)
from photo_assets.identity.fingerprints.run import FingerprintRun
from photo_assets.identity.last_known import ASSET, copy_moved_rows, last_known
from photo_assets.lake import DAMAGED, Lake, Snapshot, StoredTables, Written
from photo_assets.lake.currency import (
    INPUTS,
    intact_footer,
    is_current,
    is_made_from,
)
from photo_assets.model.canonical import footer_json, inputs_digest
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.model.tables import FINGERPRINTS, ITEMS
from photo_assets.model.vocabulary import HashBasis

RECIPE = f"{DIGEST_RECIPE}.{EXIF_RECIPE}.{PICTURE_RECIPE}.{IMAGE_DATA_RECIPE}"
"""Changes whenever the same bytes would give a different fingerprint."""
NEEDED = (
    "source",
    "catalog",
    "native_id",
    "month",
    "path",
    "member",
    "file_name",
    "media_type",
    "media_kind",
    "file_size",
    "file_mtime_ns",
    "file_ctime_ns",
    "file_inode",
    "availability",
    "sha256",
    "sha1",
    "md5",
    "quality",
)
"""The item columns that fingerprints are computed from."""

_TOGETHER = 1_000
_PREVIEWS = "previews"  # in a footer: the number of rows with hashes of a preview

Report = Callable[[FingerprintProgress], None]
Read = Callable[[pa.Table, Report, Recall], FingerprintRun]
"""Fingerprints items, reports progress, and looks up the last known content of unreadable ones."""

OnlineSince = Mapping[str, str]
"""`source/catalog` -> since when it is online; offline catalogs are absent."""


@dataclass(frozen=True, slots=True)
class MonthMade:
    """One month of fingerprints: the stored table, its rows, counts by origin, and version."""

    written: Written
    table: pa.Table
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    version: str


def month_inputs(lake: StoredTables, month: str) -> dict[str, str]:
    """Return source -> digest of the catalogs' partitions with rows of `month`."""
    found = {}
    for source in lake.catalogs():
        asset = ("catalog", source)
        digest = lake.digest(asset, month)
        if digest == DAMAGED or (digest and (footer := lake.footer(asset, month)) and footer.rows):
            found[source] = digest
    return found


def input_digest(lake: StoredTables, month: str) -> str:
    """Return the digest of all inputs of a month of fingerprints."""
    return inputs_digest([RECIPE, month_inputs(lake, month)])


def due_months(lake: StoredTables, online_since: OnlineSince, *, retry: bool = False) -> list[str]:
    """Return the months to build, oldest first; with `retry` also those with unread contents."""
    tables = Snapshot.of(lake)
    return [month for month in all_months(tables) if _is_due(tables, month, online_since, retry)]


def all_months(lake: StoredTables) -> list[str]:
    """Return the months that have items or fingerprints, oldest first."""
    months = {m for source in lake.catalogs() for m in lake.names(("catalog", source))}
    return sorted(months | set(lake.names(ASSET)))


def month_extra(inputs: str, waiting: OnlineSince, table: pa.Table) -> dict[str, str]:
    """Return what the footer of a month says of it.

    `waiting`: since when the catalogs with unavailable content are online, or `offline`.
    """
    previews = pc.sum(pc.equal(table["hash_basis"], HashBasis.PREVIEW)).as_py() or 0
    extra = {INPUTS: inputs, "waiting": footer_json(waiting)}
    return {**extra, _PREVIEWS: str(previews)} if previews else extra


class MonthMaker:
    """Builds the months of one run on request; several small months are read together.

    Starting decoders costs more than a month of few photos: while the next months are small, they
    are read together. If that fails, the requested month is tried alone, so that a failure affects
    only its month. `progress` receives the numbers of finished and of all items.
    """

    def __init__(
        self,
        lake: Lake,
        months: Sequence[str],
        read: Read,
        online_since: OnlineSince,
        progress: Callable[[int, int], None],
    ) -> None:
        self._lake = lake
        self._ahead = list(months)
        self._read = read
        self._online_since = online_since
        self._progress = progress
        tables = Snapshot.of(lake)
        self._total = sum(count_items(tables, month) for month in months)
        self._behind = 0
        self._done: dict[str, FingerprintRun] = {}
        self._handed_over = False

    def make(self, month: str) -> MonthMade:
        """Fingerprint the items of `month` and store the table."""
        if not self._handed_over:
            copy_moved_rows(self._lake, due_months(self._lake, {}))
            self._handed_over = True
        inputs = input_digest(self._lake, month)
        run = self._run(month)
        table = run.table.filter(pc.equal(run.table["month"], month))
        names = sorted(run.waiting.get(month, ()))
        waiting = {name: self._online_since.get(name, "offline") for name in names}
        extra = month_extra(inputs, waiting, table)
        written = self._lake.write(ASSET, month, FINGERPRINTS, table, extra=extra)
        version = hashlib.sha256(f"{inputs}:{written.digest}".encode()).hexdigest()
        return MonthMade(written, table, run.by_month.get(month, {}), run.notes, version)

    def _run(self, month: str) -> FingerprintRun:
        if month not in self._done:
            self._done = {}
            batch = self._batch(month)
            try:
                run = self._read(pa.concat_tables(batch.values()), self._report, self._recall)
            except PhotoAssetsError:
                if len(batch) == 1:
                    raise
                batch = {month: batch[month]}
                run = self._read(batch[month], self._report, self._recall)
            self._behind += run.found
            self._progress(self._behind, self._total)
            self._done = dict.fromkeys(batch, run)
        return self._done.pop(month)

    def _recall(self, items: Sequence[Row]) -> Mapping[ItemKey, Row]:
        return last_known(self._lake, items)

    def _report(self, progress: FingerprintProgress) -> None:
        self._progress(self._behind + progress.contents_done, self._total)

    def _batch(self, month: str) -> dict[str, pa.Table]:
        """Return the items of `month` and of the next ones, up to a batch size."""
        batch = {month: read_items(self._lake, month)}
        rows = batch[month].num_rows
        for following in (m for m in self._ahead if m > month):
            table = read_items(self._lake, following)
            rows += table.num_rows
            if rows > _TOGETHER:
                break
            batch[following] = table
        return batch


def read_items(lake: Lake, month: str) -> pa.Table:
    """Return the columns that fingerprints need of all catalogs' items of `month`."""
    tables = [lake.read(("catalog", source), month, ITEMS, NEEDED) for source in lake.catalogs()]
    empty = pa.schema([ITEM_SCHEMA.field(name) for name in NEEDED]).empty_table()
    return pa.concat_tables([empty, *tables])


@dataclass(frozen=True, slots=True)
class RowCounts:
    """The number of rows of the current months, and the months without exactly one row per item.

    `wrong`: month -> number of stored rows, number of catalog items.
    """

    rows: int
    wrong: Mapping[str, tuple[int, int]]
    waiting: int


def count_rows(lake: Lake) -> RowCounts:
    """Compare the number of fingerprint rows with the number of catalog items. Reads no row."""
    rows, wrong, tables = 0, {}, Snapshot.of(lake)
    for month in tables.names(ASSET):
        footer = intact_footer(tables, ASSET, month)
        if footer is None or not is_made_from(footer, FINGERPRINTS, input_digest(tables, month)):
            continue
        items = count_items(tables, month)
        rows += footer.rows
        if footer.rows != items:
            wrong[month] = (footer.rows, items)
    return RowCounts(rows, wrong, len(due_months(tables, {})))


def count_previews(lake: Lake) -> int:
    """Return how many items are compared by a preview of a service. Reads no row."""
    tables = Snapshot.of(lake)
    footers = (intact_footer(tables, ASSET, month) for month in tables.names(ASSET))
    return sum(int(footer.extra.get(_PREVIEWS, 0)) for footer in footers if footer is not None)


def count_items(lake: StoredTables, month: str) -> int:
    """Return the number of the catalogs' items in a month. Reads no row."""
    assets = [("catalog", source) for source in lake.catalogs()]
    footers = (intact_footer(lake, asset, month) for asset in assets)
    return sum(footer.rows for footer in footers if footer is not None)


def _is_due(lake: StoredTables, month: str, online_since: OnlineSince, retry: bool) -> bool:
    inputs, bare = input_digest(lake, month), not month_inputs(lake, month)
    if not is_current(lake, ASSET, month, FINGERPRINTS, inputs, may_lack=bare):
        return True
    footer = lake.footer(ASSET, month)
    waiting: dict[str, str] = json.loads(footer.extra.get("waiting", "{}")) if footer else {}
    if waiting and retry:
        return True
    return any(online_since.get(name, since) != since for name, since in waiting.items())
