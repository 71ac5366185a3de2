"""The last known content of items: it is kept while their files are unavailable.

It is read from the stored months of `identity/fingerprints`: an item's last row with a digest, or
with the hashes of a preview, is in the month its item was in. Before months are rebuilt, rows of
items that moved to another month are copied into that month, so that rebuilding the old month does
not lose them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.fingerprints.options import ItemKey, Row
from photo_assets.lake import Lake
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import FINGERPRINTS, ITEMS

ASSET = ("identity", "fingerprints")

_KEY = ("source", "catalog", "native_id")


def last_known(lake: Lake, items: Iterable[Row]) -> dict[ItemKey, Row]:
    """Return the stored rows of these items with known content, by item key."""
    wanted: dict[str, set[ItemKey]] = defaultdict(set)
    for item in items:
        wanted[item["month"]].add(_key(item))
    found: dict[ItemKey, Row] = {}
    for month, keys in wanted.items():
        table = _known(lake, month)
        ids = pa.array([native_id for _, _, native_id in keys], pa.string())
        rows = table.filter(pc.is_in(table["native_id"], value_set=ids)).to_pylist()
        found.update({_key(row): row for row in rows if _key(row) in keys})
    return found


def copy_moved_rows(lake: Lake, months: Sequence[str]) -> None:
    """Copy rows of items that changed their month into the new one. `months`: all that are due.

    A run killed after this loses nothing: the old month still has the rows, and the new one is due.
    """
    leaving = {key: row for month in months for key, row in _leaving(lake, month).items()}
    if not leaving:
        return
    for month in months:
        arrived = [leaving[key] for key in _keys_of_items(lake, month) or () if key in leaving]
        if arrived:
            _add(lake, month, arrived)


def _leaving(lake: Lake, month: str) -> dict[ItemKey, Row]:
    """Return the rows of a month whose items are no longer in it."""
    table = _known(lake, month)
    if not table.num_rows:
        return {}
    present = _keys_of_items(lake, month)
    if present is None:
        return {}
    keys = zip(*(table[name].to_pylist() for name in _KEY), strict=True)
    gone = pa.array([key not in present for key in keys], pa.bool_())
    return {_key(row): row for row in table.filter(gone).to_pylist()}


def _add(lake: Lake, month: str, rows: list[Row]) -> None:
    """Add rows to a month; rows it already has of their items are newer and are kept."""
    stored = _read(lake, month)
    ours = {_key(row) for row in stored.filter(_is_known(stored)).to_pylist()}
    new = [{**row, "month": month} for row in rows if _key(row) not in ours]
    if not new:
        return
    replaced = {_key(row) for row in new}
    keys = zip(*(stored[name].to_pylist() for name in _KEY), strict=True)
    stays = pa.array([key not in replaced for key in keys], pa.bool_())
    added = pa.Table.from_pylist(new, schema=FINGERPRINTS.schema)
    # Without `inputs` in its footer, the month stays due.
    lake.write(ASSET, month, FINGERPRINTS, pa.concat_tables([stored.filter(stays), added]))


def _keys_of_items(lake: Lake, month: str) -> set[ItemKey] | None:
    """Return the keys of the items of a month, None where a partition is damaged."""
    found: set[ItemKey] = set()
    for source in lake.catalogs():
        try:
            table = lake.read(("catalog", source), month, ITEMS, _KEY)
        except StorageError:
            return None
        found.update(zip(*(table[name].to_pylist() for name in _KEY), strict=True))
    return found


def _known(lake: Lake, month: str) -> pa.Table:
    table = _read(lake, month)
    return table.filter(_is_known(table))


def _is_known(table: pa.Table) -> pa.ChunkedArray:
    return pc.or_(table["sha256"].is_valid(), table["phash"].is_valid())


def _read(lake: Lake, month: str) -> pa.Table:
    """Return a stored month; a damaged one counts as empty."""
    try:
        return lake.read(ASSET, month, FINGERPRINTS)
    except StorageError:
        return FINGERPRINTS.schema.empty_table()


def _key(row: Row) -> ItemKey:
    return row["source"], row["catalog"], row["native_id"]
