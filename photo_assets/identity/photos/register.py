"""Giving every component its photo id, and the ledger what is new. Makes the table `photo`.

Everything happens in one session of the registry, that is one transaction: killed before its end,
nothing was stored and the next run comes to the same ids.
"""

from dataclasses import dataclass

import duckdb
import orjson
import pyarrow as pa

from photo_assets.identity.photos.claims import build_claims
from photo_assets.identity.photos.contests import Claim, Settled, settle
from photo_assets.identity.photos.engine import arrow, count
from photo_assets.identity.photos.keys import build_keys, photo_uuid
from photo_assets.store.ledger.audit import Deed
from photo_assets.store.ledger.photos import (
    KNOWN_PHOTOS,
    LOOK_UP,
    Merge,
    RegistryChange,
    RegistrySession,
)

_CONTESTED = """
CREATE TEMP TABLE contested AS
SELECT * FROM claim
WHERE comp IN (SELECT comp FROM claim GROUP BY comp HAVING count(*) > 1)
   OR photo_id IN (SELECT photo_id FROM claim GROUP BY photo_id HAVING count(*) > 1)
"""

_EVIDENCE = """
SELECT c.comp, c.photo_id, p.created_at,
       coalesce(bool_or(m.kind IN ('item', 'copy', 'path')), false) AS continues,
       EXISTS (FROM held h WHERE h.comp = c.comp AND h.key = p.anchor) AS anchored,
       coalesce(bool_or(m.kind IN ('blob', 'image')), false) AS by_content
FROM contested c JOIN contested_photo p USING (photo_id)
LEFT JOIN met m ON m.comp = c.comp AND m.photo_id = c.photo_id
GROUP BY c.comp, c.photo_id, p.created_at, p.anchor
"""

_NEW = """
CREATE TEMP TABLE fresh AS
SELECT comp, anchor, uuid5_of(anchor) AS photo_id FROM (
  SELECT comp, coalesce(min(key) FILTER (kind = 'blob'),
                        min(key) FILTER (kind IN ('item', 'path', 'copy'))) AS anchor
  FROM held ANTI JOIN photo USING (comp) GROUP BY comp
)
"""

_CHANGED_KEYS = """
SELECT h.key, p.photo_id,
       CASE WHEN k.photo_id = p.photo_id THEN coalesce(h.blob, k.blob) ELSE h.blob END AS blob,
       CASE WHEN k.photo_id = p.photo_id THEN coalesce(h.capture, k.capture) ELSE h.capture END
         AS capture
FROM held h JOIN photo p USING (comp) LEFT JOIN known k USING (key)
WHERE k.photo_id IS NULL OR k.photo_id <> p.photo_id
   OR coalesce(h.blob <> k.blob OR (k.blob IS NULL AND h.blob IS NOT NULL), false)
   OR coalesce(h.capture <> k.capture OR (k.capture IS NULL AND h.capture IS NOT NULL), false)
ORDER BY h.key
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """What the ledger took in."""

    new: int
    merged: int
    split: int
    keys: int


def register(connection: duckdb.DuckDBPyConnection, session: RegistrySession) -> Registered:
    """Make the table `photo` (comp, photo_id) and store what changed."""
    build_keys(connection)
    build_claims(connection, session)
    settled = _settle(connection, session)
    _adopt(connection, settled)
    fresh = _name_new(connection, session)
    keys = arrow(connection, _CHANGED_KEYS)
    change = RegistryChange(
        photos=fresh,
        keys=keys,
        merges=_merges(connection, settled),
        deeds=_splits(connection, settled),
    )
    if not change.empty:
        session.apply(change)
    return Registered(fresh.num_rows, len(change.merges), len(change.deeds), keys.num_rows)


def _settle(connection: duckdb.DuckDBPyConnection, session: RegistrySession) -> Settled:
    connection.execute(_CONTESTED)
    ids = arrow(connection, "SELECT DISTINCT photo_id FROM contested")
    few = ids.num_rows <= LOOK_UP
    rows = list(session.photos(ids["photo_id"] if few else None)) if ids.num_rows else []
    connection.register("contested_photo", pa.Table.from_batches(rows, schema=KNOWN_PHOTOS))
    claims = [Claim(*row) for row in connection.execute(_EVIDENCE).fetchall()]
    connection.unregister("contested_photo")
    return settle(claims)


def _adopt(connection: duckdb.DuckDBPyConnection, settled: Settled) -> None:
    pairs = {
        "comp": pa.array(list(settled.photos), pa.int32()),
        "photo_id": pa.array(list(settled.photos.values()), pa.string()),
    }
    connection.register("settled", pa.table(pairs))
    connection.execute(
        "CREATE TEMP TABLE photo AS "
        "SELECT comp, photo_id FROM claim ANTI JOIN contested USING (comp, photo_id) "
        "UNION ALL SELECT comp, photo_id FROM settled"
    )
    connection.unregister("settled")


def _name_new(connection: duckdb.DuckDBPyConnection, session: RegistrySession) -> pa.Table:
    """Name the components that are no known photo; return (photo_id, anchor) of each.

    The id an anchor yields may be taken: its photo went on with an edited picture, or was merged
    into another one. Then the next turn of the same anchor is free.
    """
    connection.execute(_NEW)
    number = count(connection, "SELECT count(*) FROM fresh")
    ids = arrow(connection, "SELECT photo_id FROM fresh LIMIT $n", n=LOOK_UP)
    stored = session.photos(ids["photo_id"] if number <= LOOK_UP else None) if number else iter(())
    for batch in stored:
        connection.register("arrived", pa.Table.from_batches([batch]))
        taken = connection.execute(
            "SELECT comp, f.anchor FROM fresh f SEMI JOIN arrived USING (photo_id) ORDER BY comp"
        ).fetchall()
        connection.unregister("arrived")
        for comp, anchor in taken:
            connection.execute(
                "UPDATE fresh SET photo_id = ? WHERE comp = ?", [_free_id(session, anchor), comp]
            )
    connection.execute("INSERT INTO photo SELECT comp, photo_id FROM fresh")
    return arrow(connection, "SELECT photo_id, anchor FROM fresh ORDER BY photo_id")


def _free_id(session: RegistrySession, anchor: str) -> str:
    turn = 2
    while any(batch.num_rows for batch in session.photos(pa.array([photo_uuid(anchor, turn)]))):
        turn += 1
    return photo_uuid(anchor, turn)


def _merges(connection: duckdb.DuckDBPyConnection, settled: Settled) -> list[Merge]:
    survivors = set(settled.merged.values())
    comps = {comp: photo for comp, photo in settled.photos.items() if photo in survivors}
    why = dict.fromkeys(survivors, "one item of a catalog was both")
    if comps:
        wanted = pa.table({"comp": pa.array(list(comps), pa.int32())})
        connection.register("wanted", wanted)
        rows = connection.execute(
            "SELECT comp, string_agg(DISTINCT key, ', ' ORDER BY key) "
            "FROM edge JOIN component ON idx = a SEMI JOIN wanted USING (comp) GROUP BY comp"
        ).fetchall()
        connection.unregister("wanted")
        why |= {comps[comp]: f"joined by {keys}" for comp, keys in rows}
    return [Merge(old, new, why[new]) for old, new in sorted(settled.merged.items())]


def _splits(connection: duckdb.DuckDBPyConnection, settled: Settled) -> list[Deed]:
    if not settled.split:
        return []
    ids = dict(connection.execute("SELECT comp, photo_id FROM fresh").fetchall())
    return [
        Deed(
            who="identity/photos",
            action="photo.split",
            subject=ids[comp],
            detail=orjson.dumps({"from": origin}).decode(),
        )
        for comp, origin in sorted(settled.split.items())
    ]
