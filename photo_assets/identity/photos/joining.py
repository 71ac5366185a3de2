"""The join from loaded items to photos with ids, masters and relations, on one connection."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from photo_assets.identity.connected import connected
from photo_assets.identity.photos import assemble
from photo_assets.identity.photos.edges import build_edges
from photo_assets.identity.photos.engine import count
from photo_assets.identity.photos.inputs import PhotoInputs, PhotoSummary
from photo_assets.identity.photos.key_copy import KeyCopy
from photo_assets.identity.photos.load import Loaded
from photo_assets.identity.photos.master import MasterHierarchy, choose_masters
from photo_assets.identity.photos.register import register
from photo_assets.identity.photos.relations import build_relations
from photo_assets.lake.query_engine import Database
from photo_assets.ledger import PhotoRegistry


@dataclass(frozen=True, slots=True)
class Joined:
    """The result of a join: its counts, the revision of the registry after it, and the answers.

    `decided`: the questions whose answers join photos.
    """

    summary: PhotoSummary
    revision: str
    decided: Sequence[str]


def join(
    opened: Database,
    inputs: PhotoInputs,
    loaded: Loaded,
    registry: PhotoRegistry,
    hierarchy: MasterHierarchy,
    expected: str | None = None,
) -> Joined:
    """Join the items of the tables `item` and `link`; afterwards `assemble` can read the results.

    `expected` as in `register`. Raises `StorageError`.
    """
    connection = opened.connection
    ambiguous = build_edges(connection)
    _build_components(connection, loaded.items)
    with closing(KeyCopy(inputs.key_copy, opened.folder)) as copy:
        registered = register(opened, registry, copy, inputs.answers, expected)
    choose_masters(connection, hierarchy, inputs.masters)
    related = build_relations(connection)
    assemble.prepare(connection)
    items_by_step, photos_by_step = assemble.steps(connection)
    summary = PhotoSummary(
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
        contradicted_decisions=len(registered.settled.contradicted),
        repeated_rows=loaded.repeated_rows,
        items_by_month=assemble.items_by_month(connection),
    )
    return Joined(summary, registered.revision, sorted(registered.settled.joined))


def _build_components(connection: duckdb.DuckDBPyConnection, items: int) -> None:
    """Create the table `component` (idx, comp) for `items` items from the table `edge`.

    `comp` is the number of the component's first item, so it depends on the items alone.
    """
    pairs = connection.execute("SELECT DISTINCT a, b FROM edge").fetchnumpy()
    labels = connected(np.asarray(pairs["a"]), np.asarray(pairs["b"]), items)
    connection.register(
        "labels", pa.table({"idx": np.arange(items, dtype=np.int32), "comp": labels})
    )
    connection.execute("CREATE TEMP TABLE component AS SELECT idx, comp FROM labels")
    connection.unregister("labels")
