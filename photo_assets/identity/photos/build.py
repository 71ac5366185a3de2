"""The complete identity join: from items and fingerprints to photos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from photo_assets.identity.photos import assemble
from photo_assets.identity.photos.engine import engine
from photo_assets.identity.photos.inputs import PhotoInputs, PhotoSummary, PhotoTables
from photo_assets.identity.photos.joining import Joined, join
from photo_assets.identity.photos.load import load
from photo_assets.identity.photos.made import (
    Made,
    changed_answers,
    changed_masters,
    changed_months,
    inputs_by_month,
    read_made,
    recipe_of,
    whole,
    write_made,
)
from photo_assets.identity.photos.master import MasterHierarchy
from photo_assets.identity.photos.memory import ENGINE, ItemMemory
from photo_assets.identity.photos.narrowing import Changed, Narrowed, narrow
from photo_assets.identity.photos.storing import Tables, sources_of, store_all, store_part
from photo_assets.identity.photos.totals import with_totals
from photo_assets.lake import Lake, Written
from photo_assets.lake.query_engine import Database
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.tables import EDGES, MEMBERS, PHOTOS, RELATIONS


def build_photos(
    inputs: PhotoInputs, registry: PhotoRegistry, hierarchy: MasterHierarchy
) -> PhotoTables:
    """Join items to photos and return their tables; new ids and keys are stored in the ledger.

    Every item is in exactly one photo. The same inputs and ledger give the same tables, whatever
    the order of files; a second run writes nothing to the ledger. The ledger is locked for other
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
                    *(t.select(kind.schema.names) for t in assemble.result(opened, kind)),
                ]
            )
            for kind in assemble.RESULTS
        }
    photos, members, edges, relations = (tables[k] for k in (PHOTOS, MEMBERS, EDGES, RELATIONS))
    return PhotoTables(photos, members, edges, relations, joined.summary)


@dataclass(frozen=True, slots=True)
class PhotosWritten:
    """The stored tables by kind and month, their record, and the counts.

    `joined` is the number of joined items: all, or those that a change may affect.
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

    `record` is the folder with the inputs of the last join. If these are known, only items that a
    later change may affect are joined, unless `everything` is set; the tables are byte-identical
    either way. Otherwise as `build_photos`.
    """
    recipe, items, memory = recipe_of(hierarchy), inputs_by_month(lake), ItemMemory(record)
    before = whole(lake, record)
    due = changed_months(before, items, recipe)
    answered = changed_answers(before, registry, inputs.answers) if before else set()
    chosen = changed_masters(before, inputs.masters) if before else set()
    last = None if everything else _usable(before, recipe, memory, registry)
    with engine(inputs) as opened:
        connection, done = opened.connection, None
        if last is not None and (
            part := narrow(connection, inputs, memory, due, Changed(answered, chosen), registry)
        ):
            joined = join(opened, inputs, part.loaded, registry, hierarchy, last.revision)
            done = _store_part(opened, lake, memory, part, last, joined, record)
        if done is None:
            loaded = load(connection, inputs)
            joined = join(opened, inputs, loaded, registry, hierarchy)
            done = _store_all(opened, lake, memory, joined, remember=loaded.settled)
    digests = {
        kind: {month: table.digest for month, table in months.items()}
        for kind, months in done.tables.items()
    }
    standing = read_made(record)
    otherwise: Sequence[str] = standing.otherwise if standing else ()
    if everything and before is not None and items and not (due or answered or chosen):
        otherwise = _differing(before.tables, digests)
    made = Made(
        recipe=recipe,
        inputs=items,
        tables=digests,
        sources=dict(sorted(done.sources.items())),
        revision=done.joined.revision,
        engine=ENGINE,
        known=done.known,
        otherwise=otherwise,
        decided=done.joined.decided,
        masters=inputs.masters,
    )
    write_made(record, made)
    return PhotosWritten(done.tables, made, done.summary, done.joined.summary.items)


@dataclass(frozen=True, slots=True)
class _Done:
    """The result of a join: the parts of the record, its own counts, and the total counts."""

    tables: Tables
    sources: Mapping[str, Sequence[str]]
    known: Mapping[str, str] | None
    joined: Joined
    summary: PhotoSummary


def _store_all(
    opened: Database,
    lake: Lake,
    memory: ItemMemory,
    joined: Joined,
    *,
    remember: bool,
) -> _Done:
    connection = opened.connection
    tables = store_all(opened, lake)
    if remember:
        memory.write(opened)
    known = memory.digests() if remember else None
    return _Done(tables, assemble.sources(connection), known, joined, joined.summary)


def _store_part(
    opened: Database,
    lake: Lake,
    memory: ItemMemory,
    part: Narrowed,
    last: Made,
    joined: Joined,
    record: Path,
) -> _Done:
    connection = opened.connection
    tables = store_part(opened, lake, part)
    changed = part.partitions.union(assemble.sources(connection))
    kept = {month: of for month, of in last.sources.items() if month not in changed}
    sources = {**kept, **sources_of(lake, changed & tables[PHOTOS.name].keys())}
    memory.update(opened, part.months, part.clusters)
    photos = sum(table.rows for table in tables[PHOTOS.name].values())
    members = last.tables[MEMBERS.name]
    summary = with_totals(connection, lake, record, members, part.blobs, photos, joined.summary)
    return _Done(tables, sources, memory.digests(), joined, summary)


def _differing(
    before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """Return the months with a different table, oldest first."""
    kinds = before.keys() | after.keys()
    pairs = ((before.get(kind, {}), after.get(kind, {})) for kind in kinds)
    return sorted({m for a, b in pairs for m in a.keys() | b.keys() if a.get(m) != b.get(m)})


def _usable(
    made: Made | None, recipe: str, memory: ItemMemory, registry: PhotoRegistry
) -> Made | None:
    """Return the last join if its tables are complete and the ledger has not changed since."""
    if made is None or (made.recipe, made.engine) != (recipe, ENGINE):
        return None
    if made.known is None or made.known != memory.digests():
        return None
    return made if made.revision == registry.revision() else None
