"""Selecting the items to join again: those that changed, and all that they may affect.

Creates the tables `item` and `link` for exactly these, as `load` does for all. If the selection is
not certain to be complete, None is returned: then everything must be joined.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from photo_assets.identity.answers import Answer, Groups
from photo_assets.identity.masters import Item, item_table
from photo_assets.identity.photos.engine import arrow, count
from photo_assets.identity.photos.inputs import PhotoInputs
from photo_assets.identity.photos.keys import define_macros
from photo_assets.identity.photos.load import Loaded, load, take_links
from photo_assets.identity.photos.memory import COLUMNS, KNOWN, STATED, ItemMemory
from photo_assets.identity.sides import photos_of
from photo_assets.lake.views import view_stored
from photo_assets.ledger import PhotoRegistry

MOST = 0.1
"""Above this share of the items, joining all of them is cheaper."""

_ELSEWHERE = """
SELECT count(*) FROM (FROM arrived SEMI JOIN elsewhere USING (source, catalog, native_id))
"""
_CHANGED = """
CREATE TEMP TABLE changed AS
SELECT source, catalog, native_id, keys FROM arrived
ANTI JOIN before USING (source, catalog, native_id, month, digest)
UNION ALL
SELECT source, catalog, native_id, keys FROM before
ANTI JOIN arrived USING (source, catalog, native_id, month, digest)
"""
_CLUSTERS = """
CREATE TEMP TABLE chosen AS
SELECT DISTINCT cluster FROM (SELECT cluster, unnest(keys) AS key FROM known_items)
SEMI JOIN (SELECT DISTINCT unnest(keys) AS key FROM changed) USING (key)
"""
_DECIDED = """
INSERT INTO chosen
SELECT DISTINCT cluster FROM known_items i JOIN asked a USING (source, catalog)
WHERE a.native_id IN (i.native_id, i.first_id)
AND cluster NOT IN (SELECT cluster FROM chosen)
"""
_MINE = f"""
CREATE OR REPLACE TEMP TABLE mine AS
SELECT {COLUMNS}, cluster, photo_id, own_id, partition
FROM known_items SEMI JOIN chosen USING (cluster)
"""  # noqa: S608
_ROWS = f"""
SELECT {COLUMNS} FROM mine ANTI JOIN due USING (month)
UNION ALL
SELECT {COLUMNS} FROM arrived
WHERE (source, catalog, native_id) IN (SELECT (source, catalog, native_id) FROM changed)
   OR (source, catalog, native_id) IN
      (SELECT (source, catalog, native_id) FROM mine SEMI JOIN due USING (month))
"""  # noqa: S608
# Where image data is ambiguous no key is held; looking up one more does no harm.
_HELD = f"""
SELECT 'sha256:' || lower(hex(blob)) AS key FROM ({_ROWS}) WHERE blob IS NOT NULL
UNION
SELECT bounded('image', method || ':' || media_type || ':' || lower(hex(image)))
FROM ({_ROWS}) WHERE image IS NOT NULL
UNION
SELECT bounded(CASE WHEN is_copy THEN 'copy' ELSE 'item' END,
               plain(source) || '/' || plain(catalog) || '/' || coalesce(first_id, native_id))
FROM ({_ROWS})
"""  # noqa: S608
_CLAIMED = """
INSERT INTO chosen
SELECT DISTINCT cluster FROM known_items WHERE own_id IN (SELECT photo_id FROM claimed)
AND cluster NOT IN (SELECT cluster FROM chosen)
"""
# `grouped`: the photos that decisions join, or joined at the last time.
_GROUPED = """
INSERT INTO chosen
SELECT DISTINCT cluster FROM known_items JOIN grouped USING (own_id)
WHERE first IN (SELECT first FROM grouped WHERE own_id IN (SELECT own_id FROM mine)
                OR own_id IN (SELECT photo_id FROM claimed))
AND cluster NOT IN (SELECT cluster FROM chosen)
"""
_ARRIVED = """
SELECT DISTINCT blob FROM item WHERE blob IS NOT NULL
AND blob NOT IN (SELECT blob FROM mine WHERE blob IS NOT NULL)
"""
_ITEM = f"""
CREATE TEMP TABLE item AS
SELECT (row_number() OVER (ORDER BY source, catalog, native_id) - 1)::INTEGER AS idx, *
FROM ({_ROWS})
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Changed:
    """What people decided since the last join, or decided no more.

    `questions`: those whose answers join photos; `masters`: the items chosen as masters.
    """

    questions: Collection[str]
    masters: Collection[Item]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The items that are joined again.

    `clusters`: those whose items are replaced in the memory; `photos` and `partitions`: their
    earlier photos, and the months those are stored in; `months`: the current and earlier months of
    the items; `blobs`: those that the items did not have before.
    """

    loaded: Loaded
    clusters: pa.Array
    photos: pa.Array
    partitions: frozenset[str]
    months: frozenset[str]
    blobs: pa.Array


def narrow(
    connection: duckdb.DuckDBPyConnection,
    inputs: PhotoInputs,
    memory: ItemMemory,
    due: Collection[str],
    changed: Changed,
    registry: PhotoRegistry,
) -> Narrowed | None:
    """Create `item` and `link` for the items that the changed months `due` may affect.

    Also for those that `changed` decisions affect. Returns None and creates nothing if everything
    must be joined.
    """
    settled = _load_arrived(connection, inputs, due)
    view_stored(connection, "known_items", KNOWN, memory.files())
    view_stored(connection, "before", KNOWN, memory.files(due))
    months = pa.table({"month": pa.array(sorted(due), pa.string())})
    connection.register("due", months)
    connection.execute("CREATE TEMP VIEW elsewhere AS FROM known_items ANTI JOIN due USING (month)")
    if not settled or count(connection, _ELSEWHERE):
        _clear(connection)
        return None
    connection.execute(_CHANGED)
    connection.execute(_CLUSTERS)
    connection.register("asked", item_table(changed.masters))
    connection.execute(_DECIDED)
    connection.unregister("asked")
    most = MOST * max(count(connection, "SELECT count(*) FROM known_items"), 1_000)
    if not _select_all(connection, inputs.answers, changed.questions, registry, most):
        _clear(connection)
        return None
    connection.execute(_ITEM)
    take_links(connection)
    return _narrowed(connection)


def _load_arrived(
    connection: duckdb.DuckDBPyConnection, inputs: PhotoInputs, due: Collection[str]
) -> bool:
    """Create `arrived`, all items of the changed months; return whether none is between months."""

    def of(files: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(file for file in files if file.stem in due)

    loaded = load(
        connection, replace(inputs, items=of(inputs.items), fingerprints=of(inputs.fingerprints))
    )
    connection.execute("CREATE TEMP TABLE inferred (idx INTEGER)")
    connection.execute(f"CREATE TEMP TABLE arrived AS {STATED}")
    connection.execute("DROP TABLE item; DROP TABLE link; DROP TABLE inferred")
    return loaded.settled


def _select(connection: duckdb.DuckDBPyConnection, most: float) -> bool:
    """Create `mine`, the known items of the chosen clusters, unless more than `most` are joined."""
    chosen = "SELECT count(*) FROM known_items SEMI JOIN chosen USING (cluster)"
    if count(connection, chosen) > most:
        return False
    connection.execute(_MINE)
    return count(connection, f"SELECT count(*) FROM ({_ROWS})") <= most  # noqa: S608


def _select_all(
    connection: duckdb.DuckDBPyConnection,
    answers: Sequence[Answer],
    changed: Collection[str],
    registry: PhotoRegistry,
    most: float,
) -> bool:
    """Also choose the clusters of photos that the selected items may continue or be joined with."""
    asked = [pair for question in sorted(changed) if (pair := photos_of(question)) is not None]
    pairs = [*(one.photos for one in answers if one.same), *asked]
    own = registry.own_ids(photo for pair in pairs for photo in pair) if pairs else {}
    groups = Groups((own[a], own[b]) for a, b in pairs).all()
    grouped = {
        "own_id": pa.array([one for photos in groups.values() for one in photos], pa.string()),
        "first": pa.array([first for first, ones in groups.items() for _ in ones], pa.string()),
    }
    theirs = [own[one] for pair in asked for one in pair]
    claimed = pa.table({"photo_id": pa.array(theirs, pa.string())})
    connection.register("grouped", pa.table(grouped))
    connection.register("claimed", claimed)
    try:
        count(connection, _CLAIMED)
        if not _select(connection, most):
            return False
        claimed = pa.concat_tables([claimed, _claimed(connection, registry)])
        connection.register("claimed", claimed)
        while count(connection, _CLAIMED) + count(connection, _GROUPED):
            if not _select(connection, most):
                return False
    finally:
        connection.unregister("claimed")
        connection.unregister("grouped")
    return True


def _claimed(connection: duckdb.DuckDBPyConnection, registry: PhotoRegistry) -> pa.Table:
    """Return the photos that the ledger has for a key of the selected items."""
    define_macros(connection)
    with registry.session() as session:
        keys = arrow(connection, f"SELECT DISTINCT key FROM ({_HELD})")["key"]  # noqa: S608
        photos = [batch.column("photo_id") for batch in session.known(keys)]
    return pa.table({"photo_id": pa.chunked_array(photos, pa.string()).unique()})


def _narrowed(connection: duckdb.DuckDBPyConnection) -> Narrowed:
    was = arrow(connection, "SELECT DISTINCT month, photo_id, partition FROM mine")
    now = arrow(connection, "SELECT DISTINCT month FROM item")
    clusters = arrow(connection, "SELECT cluster FROM chosen ORDER BY cluster")
    found = Narrowed(
        loaded=Loaded(
            items=count(connection, "SELECT count(*) FROM item"),
            repeated_rows=0,
            contradicted_digests=count(connection, "SELECT count(*) FROM item WHERE contradicted"),
            empty_files=count(connection, "SELECT count(*) FROM item WHERE is_empty"),
            settled=True,
        ),
        clusters=clusters["cluster"].combine_chunks(),
        photos=was["photo_id"].unique(),
        partitions=frozenset(was["partition"].to_pylist()),
        months=frozenset([*was["month"].to_pylist(), *now["month"].to_pylist()]),
        blobs=arrow(connection, _ARRIVED)["blob"].combine_chunks(),
    )
    _clear(connection)
    return found


def _clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the temporary tables."""
    for table in ("changed", "chosen", "mine", "arrived"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for view in ("elsewhere", "before", "known_items", "stored_items", "stored_fingerprints"):
        connection.execute(f"DROP VIEW IF EXISTS {view}")
    connection.unregister("due")
