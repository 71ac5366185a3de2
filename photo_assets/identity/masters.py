"""The items that people chose to represent their photos, in place of a master that is missing.

The question belongs to `metadata` and `questions`; how a master is chosen without one, to `photos`.
"""

from collections.abc import Collection, Iterable
from typing import Final

import orjson
import pyarrow as pa

from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_files
from photo_assets.lake.views import view_stored
from photo_assets.ledger import Decision
from photo_assets.model.tables import MEMBERS

Item = tuple[str, str, str]
"""(source, catalog, native id)."""

MASTER: Final = "master"
"""The name in an answer before the chosen item: {"master": {"source": …}}."""

_NAMES = ("source", "catalog", "native_id")
_MONTHS = "SELECT DISTINCT month FROM member SEMI JOIN asked USING (source, catalog, native_id)"


def masters_of(decisions: Iterable[Decision]) -> tuple[Item, ...]:
    """Return the items that current decisions choose, sorted."""
    found = set()
    for one in decisions:
        if one.answer.startswith(f'{{"{MASTER}"'):
            chosen = orjson.loads(one.answer)[MASTER]
            found.add((chosen["source"], chosen["catalog"], chosen["native_id"]))
    return tuple(sorted(found))


def item_table(items: Iterable[Item]) -> pa.Table:
    """Return items as a table for queries: source, catalog, native_id."""
    columns = zip(*items, strict=True) if items else ((), (), ())
    return pa.table(dict(zip(_NAMES, (pa.array(one, pa.string()) for one in columns), strict=True)))


def months_of_items(lake: Lake, items: Collection[Item]) -> set[str]:
    """Return the months in which these items are stored. Raises `StorageError`."""
    if not items:
        return set()
    with lake.query("counts", "The items could not be looked up") as connection:
        connection.register("asked", item_table(items))
        view_stored(connection, "member", MEMBERS, photo_files(lake, MEMBERS))
        return {month for (month,) in connection.execute(_MONTHS).fetchall()}
