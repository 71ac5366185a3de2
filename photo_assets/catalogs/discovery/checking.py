"""What the checks on a catalog count: its months in the lake against what discovery staged.

Which check fails by it, and what a person reads then, is decided elsewhere.
"""

from dataclasses import dataclass

import pyarrow.parquet as pq

from photo_assets.catalogs.discovery.manifest import Manifest
from photo_assets.catalogs.discovery.months import StagedMonths, pending_months
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.store.lake import Lake
from photo_assets.store.lake.views import stored_rows

_DOING = "The months of a catalog could not be checked"


@dataclass(frozen=True, slots=True)
class StoredRows:
    """The rows of the months that do not wait: how many, of how many ids, in which months wrong."""

    rows: int
    ids: int
    wrong: tuple[str, ...]
    waiting: int


def balances(manifest: Manifest) -> bool:
    """Say whether the last scan's items are accounted for: found = written + discarded + failed."""
    count = manifest.accounting
    return bool(count["found"] == count["written"] + count["discarded"] + count["failed"])


def count_stored(staged: StagedMonths, lake: Lake) -> StoredRows:
    """Count the stored rows against those staged. Raises `StorageError`."""
    waiting = set(pending_months(staged, lake))
    months = [month for month in staged.months() if month not in waiting]
    files = [lake.path(("catalog", staged.source), month) for month in months]
    stored: dict[str, int] = {}
    ids = 0
    if files:
        rows = stored_rows(files, named=True)
        by_month = f"SELECT parse_filename(filename, true), count(*) FROM {rows} GROUP BY 1"  # noqa: S608
        distinct = f"SELECT count(*) FROM (SELECT DISTINCT catalog, native_id FROM {rows})"  # noqa: S608
        with lake.query("counts", _DOING) as connection:
            stored = dict(connection.execute(by_month).fetchall())
            ((ids,),) = connection.execute(distinct).fetchall()
    expected = {m: sum(part.rows for part in staged.parts(m).values()) for m in months}
    wrong = tuple(month for month in months if stored.get(month, 0) != expected[month])
    return StoredRows(sum(stored.values()), ids, wrong, len(waiting))


def months_of_other_columns(lake: Lake, source: str) -> list[str]:
    """Return the months whose columns are not the documented ones, in order, with their types."""
    return [
        path.stem
        for path in lake.files(("catalog", source))
        if not pq.read_schema(path).equals(ITEM_SCHEMA, check_metadata=False)
    ]
