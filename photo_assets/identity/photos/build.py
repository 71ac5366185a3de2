"""The identity join from end to end: items and fingerprints in, photos out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from photo_assets.identity.photos import assemble
from photo_assets.identity.photos.engine import engine
from photo_assets.identity.photos.inputs import PhotoInputs, PhotoSummary, PhotoTables
from photo_assets.identity.photos.joining import join
from photo_assets.identity.photos.load import load
from photo_assets.identity.photos.made import (
    Made,
    due_months,
    inputs_by_month,
    read_made,
    recipe_of,
    whole,
    write_made,
)
from photo_assets.identity.photos.master import MasterHierarchy
from photo_assets.identity.photos.memory import ENGINE, ItemMemory
from photo_assets.identity.photos.narrowing import narrow
from photo_assets.identity.photos.storing import sources_of, store_all, store_part
from photo_assets.identity.photos.totals import with_totals
from photo_assets.model.tables import EDGES, MEMBERS, PHOTOS, RELATIONS
from photo_assets.store.lake import Lake, Written
from photo_assets.store.ledger import PhotoRegistry


def build_photos(
    inputs: PhotoInputs, registry: PhotoRegistry, hierarchy: MasterHierarchy
) -> PhotoTables:
    """Join items to photos and return their tables; the ledger gets what it does not know yet.

    Every item is in exactly one photo. The same inputs and ledger give the same tables, whatever
    the order of files; run again, nothing is written to the ledger. The ledger is locked for other
    writers only while ids are compared and stored.

    Raises `StorageError` when a table or the ledger cannot be read, or the ledger cannot be
    written; nothing was stored then.
    """
    with engine(inputs) as opened:
        connection = opened.connection
        joined = join(opened, inputs, load(connection, inputs), registry, hierarchy)
        tables = {
            kind: pa.concat_tables(
                [
                    kind.schema.empty_table(),
                    *(t.select(kind.schema.names) for t in assemble.result(connection, kind)),
                ]
            )
            for kind in assemble.RESULTS
        }
    photos, members, edges, relations = (tables[k] for k in (PHOTOS, MEMBERS, EDGES, RELATIONS))
    return PhotoTables(photos, members, edges, relations, joined.summary)


@dataclass(frozen=True, slots=True)
class PhotosWritten:
    """What is stored of the four tables, by kind and month; the record of it, and the counts.

    `joined` items were looked at: all, or those to whom a change may matter.
    """

    tables: Mapping[str, Mapping[str, Written]]
    made: Made
    summary: PhotoSummary
    joined: int


def write_photos(
    inputs: PhotoInputs,
    registry: PhotoRegistry,
    hierarchy: MasterHierarchy,
    lake: Lake,
    record: Path,
    *,
    everything: bool = False,
) -> PhotosWritten:
    """Join items to photos and store their tables in the lake by month.

    `record` is the folder of what the last join was made from. Where that is known, only the items
    are joined to which a change since may matter, unless `everything` is asked for; the tables come
    out byte for byte the same. Otherwise as `build_photos`.
    """
    recipe, items = recipe_of(hierarchy), inputs_by_month(lake)
    memory, before, due = ItemMemory(record), read_made(record), due_months(lake, record, recipe)
    last = None if everything else _last(lake, record, recipe, memory, registry)
    with engine(inputs) as opened:
        connection, part = opened.connection, None
        if last is not None:
            part = narrow(connection, inputs, memory, due, registry)
        if last is not None and part is not None:
            joined = join(opened, inputs, part.loaded, registry, hierarchy, last.revision)
            tables = store_part(connection, lake, part)
            changed = part.partitions.union(assemble.sources(connection))
            stored = changed & tables[PHOTOS.name].keys()
            kept = {m: s for m, s in last.sources.items() if m not in changed}
            sources: dict[str, Sequence[str]] = {**kept, **sources_of(lake, stored)}
            memory.update(connection, part.months, part.clusters)
            photos = sum(table.rows for table in tables[PHOTOS.name].values())
            summary = with_totals(connection, lake, photos, joined.summary)
            known: dict[str, str] | None = memory.digests()
        else:
            loaded = load(connection, inputs)
            joined = join(opened, inputs, loaded, registry, hierarchy)
            tables = store_all(connection, lake)
            sources = dict(assemble.sources(connection))
            summary = joined.summary
            if loaded.settled:
                memory.write(connection)
            known = memory.digests() if loaded.settled else None
    digests = {
        kind: {month: table.digest for month, table in months.items()}
        for kind, months in tables.items()
    }
    if everything and before and items and not due:
        otherwise: Sequence[str] = _differing(before.tables, digests)
    else:
        otherwise = before.otherwise if before else ()
    made = Made(
        recipe=recipe,
        inputs=items,
        tables=digests,
        sources=dict(sorted(sources.items())),
        revision=joined.revision,
        engine=ENGINE,
        known=known,
        otherwise=otherwise,
    )
    write_made(record, made)
    return PhotosWritten(tables, made, summary, joined.summary.items)


def _differing(
    before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """Return the months of which a table is another one, oldest first."""
    kinds = before.keys() | after.keys()
    pairs = ((before.get(kind, {}), after.get(kind, {})) for kind in kinds)
    return sorted({m for a, b in pairs for m in a.keys() | b.keys() if a.get(m) != b.get(m)})


def _last(
    lake: Lake, record: Path, recipe: str, memory: ItemMemory, registry: PhotoRegistry
) -> Made | None:
    """Return the last join if all that it left is there, and nobody changed the ledger since."""
    made = whole(lake, record)
    if made is None or (made.recipe, made.engine) != (recipe, ENGINE):
        return None
    if made.known is None or made.known != memory.digests():
        return None
    return made if made.revision == registry.revision() else None
