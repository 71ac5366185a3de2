"""Storing the four tables by month: completely, or only the changes of a narrowed join."""

from collections.abc import Collection, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.photos import assemble
from photo_assets.identity.photos.narrowing import Narrowed
from photo_assets.lake import Lake, Snapshot, Written
from photo_assets.lake.by_month import write_by_month
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.query_engine import Database
from photo_assets.model.tables import MEMBERS, RELATIONS, TableKind

Tables = dict[str, dict[str, Written]]
"""Kind -> month -> stored table."""

_OF_PHOTO = {RELATIONS.name: "from_photo_id"}


def store_all(opened: Database, lake: Lake) -> Tables:
    """Store the tables of a complete join and remove all others."""
    tables = {
        kind.name: write_by_month(
            lake,
            photo_table(kind),
            kind,
            assemble.result(opened, kind),
            by=assemble.PARTITION,
        )
        for kind in assemble.RESULTS
    }
    for kind in assemble.RESULTS:
        lake.retain(photo_table(kind), tables[kind.name])
    return tables


def store_part(opened: Database, lake: Lake, part: Narrowed) -> Tables:
    """Store the photos of a narrowed join, replacing their earlier rows."""
    tables: Tables = {}
    for kind in assemble.RESULTS:
        schema = kind.schema.append(pa.field(assemble.PARTITION, pa.string()))
        new = pa.concat_tables([schema.empty_table(), *assemble.result(opened, kind)])
        months = part.partitions.union(new[assemble.PARTITION].to_pylist())
        changed = {m: w for m in sorted(months) if (w := _replace(lake, kind, m, new, part))}
        tables[kind.name] = _stored(lake, kind) | changed
    return tables


def _replace(
    lake: Lake, kind: TableKind, month: str, new: pa.Table, part: Narrowed
) -> Written | None:
    """Store a month with new rows in place of old ones; without rows its table is removed."""
    asset = photo_table(kind)
    old = lake.read(asset, month, kind)
    ids = old[_OF_PHOTO.get(kind.name, "photo_id")]
    kept = old.filter(pc.invert(pc.is_in(ids, value_set=part.photos)))
    mine = new.filter(pc.equal(new[assemble.PARTITION], month)).select(kind.schema.names)
    rows = pa.concat_tables([kept, mine])
    if not rows.num_rows:
        lake.path(asset, month).unlink(missing_ok=True)
        return None
    order = [(name, "ascending") for name in assemble.ORDERS[kind.name]]
    return lake.write(asset, month, kind, rows.sort_by(order))


def _stored(lake: Lake, kind: TableKind) -> dict[str, Written]:
    found, tables = {}, Snapshot.of(lake)
    for month in tables.names(photo_table(kind)):
        footer = tables.footer(photo_table(kind), month)
        path = lake.path(photo_table(kind), month)
        if footer is not None:
            size = path.stat().st_size
            found[month] = Written(path, footer.rows, size, footer.digest, changed=False)
    return found


def sources_of(lake: Lake, months: Collection[str]) -> dict[str, Sequence[str]]:
    """Return month of photos -> the months in which their items are, oldest first."""
    found: dict[str, Sequence[str]] = {}
    for month in sorted(months):
        items = lake.read(photo_table(MEMBERS), month, MEMBERS, ["month"])["month"]
        found[month] = sorted(items.unique().to_pylist())
    return found
