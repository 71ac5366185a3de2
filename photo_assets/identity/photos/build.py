"""The identity join from end to end: items and fingerprints in, photos out."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from photo_assets.identity.photos import assemble
from photo_assets.identity.photos.components import build_components
from photo_assets.identity.photos.edges import build_edges
from photo_assets.identity.photos.engine import count, engine
from photo_assets.identity.photos.inputs import PhotoInputs, PhotoSummary, PhotoTables
from photo_assets.identity.photos.key_copy import KeyCopy
from photo_assets.identity.photos.load import load
from photo_assets.identity.photos.master import MasterHierarchy, choose_masters
from photo_assets.identity.photos.register import register
from photo_assets.identity.photos.relations import build_relations
from photo_assets.model.tables import EDGES, MEMBERS, PHOTOS, RELATIONS
from photo_assets.store.lake import Lake, Written
from photo_assets.store.ledger import PhotoRegistry

ASSET = ("identity", "photos")


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
    with _joined(inputs, registry, hierarchy) as (connection, summary):
        tables = {
            kind: pa.concat_tables([kind.schema.empty_table(), *assemble.result(connection, kind)])
            for kind in assemble.RESULTS
        }
    photos, members, edges, relations = (tables[k] for k in (PHOTOS, MEMBERS, EDGES, RELATIONS))
    return PhotoTables(photos, members, edges, relations, summary)


@dataclass(frozen=True, slots=True)
class PhotosWritten:
    """What became of the four tables, in the order of `assemble.RESULTS`, and the counts."""

    tables: tuple[Written, ...]
    summary: PhotoSummary


def write_photos(
    inputs: PhotoInputs,
    registry: PhotoRegistry,
    hierarchy: MasterHierarchy,
    lake: Lake,
    extra: Mapping[str, str],
) -> PhotosWritten:
    """Join items to photos and store their tables in the lake, without holding one in memory.

    As `build_photos` otherwise. `extra` goes into the tables' footers.
    """
    with _joined(inputs, registry, hierarchy) as (connection, summary):
        written = [
            lake.write(ASSET, kind.name, kind, assemble.result(connection, kind), extra=extra)
            for kind in assemble.RESULTS
        ]
    return PhotosWritten(tuple(written), summary)


@contextmanager
def _joined(
    inputs: PhotoInputs, registry: PhotoRegistry, hierarchy: MasterHierarchy
) -> Iterator[tuple[duckdb.DuckDBPyConnection, PhotoSummary]]:
    """Do all but the results; the connection has the tables they are made from."""
    with engine(inputs) as opened:
        connection = opened.connection
        loaded = load(connection, inputs)
        ambiguous = build_edges(connection)
        build_components(connection, loaded.items)
        choose_masters(connection, hierarchy)
        with closing(KeyCopy(inputs.key_copy, opened.folder)) as copy:
            registered = register(connection, registry, copy)
        related = build_relations(connection)
        assemble.prepare(connection)
        items_by_step, photos_by_step = assemble.steps(connection)
        yield (
            connection,
            PhotoSummary(
                items=loaded.items,
                photos=count(connection, "SELECT count(*) FROM photo"),
                items_by_step=items_by_step,
                photos_by_step=photos_by_step,
                new_photos=registered.new,
                merged_photos=registered.merged,
                split_photos=registered.split,
                keys_written=registered.keys,
                uii_collisions=assemble.uii_collisions(connection),
                relations=related.by_kind,
                relations_without_target=related.without_target,
                relations_within_photo=related.within_photo,
                ambiguous=ambiguous,
                contradicted_digests=loaded.contradicted_digests,
                empty_files=loaded.empty_files,
                repeated_rows=loaded.repeated_rows,
                items_by_month=assemble.items_by_month(connection),
            ),
        )
