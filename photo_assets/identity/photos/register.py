"""Assigning photo ids to components and storing new keys in the ledger. Creates the table `photo`.

Everything happens in one session of the registry, which is one transaction: if it is killed before
its end, nothing is stored and the next run assigns the same ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import orjson
import pyarrow as pa

from photo_assets.identity.answers import Answer, Settled
from photo_assets.identity.photos.claims import build_claims
from photo_assets.identity.photos.contests import Claim, Contests, settle
from photo_assets.identity.photos.engine import arrow, count
from photo_assets.identity.photos.key_copy import KeyCopy
from photo_assets.identity.photos.keys import build_keys, photo_uuid
from photo_assets.identity.photos.merging import merge_decided
from photo_assets.identity.photos.portions import in_order
from photo_assets.lake.query_engine import Database
from photo_assets.ledger.aliases import Merge
from photo_assets.ledger.audit import AuditEntry
from photo_assets.ledger.photos import (
    KNOWN_PHOTOS,
    LOOK_UP,
    PhotoRegistry,
    RegistryChange,
    RegistrySession,
)
from photo_assets.model.errors import StorageError

_CONTESTED = """
CREATE TEMP TABLE contested AS
SELECT * FROM claim
WHERE comp IN (SELECT comp FROM claim GROUP BY comp HAVING count(*) > 1)
   OR photo_id IN (SELECT photo_id FROM claim GROUP BY photo_id HAVING count(*) > 1)
"""

_EVIDENCE = """
SELECT c.comp, c.photo_id::VARCHAR, p.created_at,
       coalesce(bool_or(m.kind IN ('item', 'copy', 'path')), false) AS continues,
       EXISTS (FROM held h WHERE h.comp = c.comp AND h.key = p.anchor) AS anchored,
       coalesce(bool_or(m.kind IN ('blob', 'image')), false) AS by_content
FROM contested c JOIN contested_photo p ON p.photo_id::UUID = c.photo_id
LEFT JOIN met m ON m.comp = c.comp AND m.photo_id = c.photo_id
GROUP BY c.comp, c.photo_id, p.created_at, p.anchor
"""

_NEW = """
CREATE TEMP TABLE fresh AS
SELECT comp, anchor, uuid5_of(anchor)::UUID AS photo_id FROM (
  SELECT comp, coalesce(min(key) FILTER (kind = 'blob'),
                        min(key) FILTER (kind IN ('item', 'path', 'copy'))) AS anchor
  FROM held ANTI JOIN photo USING (comp) GROUP BY comp
)
"""

_CHANGED = """
CREATE TEMP TABLE changed AS
SELECT h.key, p.photo_id,
       CASE WHEN m.photo_id = p.photo_id THEN coalesce(i.blob, m.known_blob) ELSE i.blob END
         AS blob,
       CASE WHEN m.photo_id = p.photo_id THEN coalesce(i.capture, m.known_capture)
            ELSE i.capture END AS capture
FROM held h JOIN photo p USING (comp) LEFT JOIN met m ON m.held = h.rowid
LEFT JOIN item i ON i.idx = h.idx
WHERE m.photo_id IS NULL OR m.photo_id <> p.photo_id OR m.differs
"""

_CHANGED_KEYS = """
SELECT key, photo_id::VARCHAR AS photo_id, lower(hex(blob)) AS blob, lower(hex(capture)) AS capture
FROM changed
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """The changes stored in the ledger, and what became of the answers about pairs of photos."""

    new: int
    merged: int
    split: int
    keys: int
    revision: str  # of the registry after the change
    settled: Settled


def register(
    opened: Database,
    registry: PhotoRegistry,
    copy: KeyCopy,
    answers: Sequence[Answer],
    expected: str | None = None,
) -> Registered:
    """Create the table `photo` (comp, photo_id) and store all changes in one transaction.

    Photos that people decided to be one are joined in it. `expected` is the revision of the
    registry for which the items were selected. Raises `StorageError` if it has changed; then
    nothing is stored.
    """
    connection = opened.connection
    build_keys(connection)
    with registry.session() as session:
        before = session.revision
        if expected not in (None, before):
            raise StorageError(
                "Another program changed the photos in the ledger during this run.",
                hint="Nothing was stored. Run again.",
            )
        build_claims(connection, session, copy)
        contests = _settle(connection, session)
        _adopt(connection, contests)
        fresh = _name_new(connection, session)
        connection.execute(_CHANGED)
        keys = count(connection, "SELECT count(*) FROM changed")
        merges, splits = _merges(connection, contests), _splits(connection, contests)
        decided = merge_decided(connection, session, answers, contests.merged)
        revision = None
        if fresh or keys or merges or splits or decided.merges or decided.ended:
            photos = "SELECT photo_id::VARCHAR AS photo_id, anchor FROM fresh"
            change = RegistryChange(
                photos=in_order(opened, photos, "photo_id"),
                keys=in_order(opened, _CHANGED_KEYS, "key"),
                merges=merges,
                decided=decided.merges,
                ended=decided.ended,
                audit_entries=[*splits, *decided.audit_entries],
            )
            revision = session.apply(change)
    if revision is not None:
        _note_merges(connection, merges)
        copy.renew(connection, revision)
    connection.execute("DROP TABLE held; DROP TABLE met; DROP TABLE changed; DROP TABLE fresh")
    return Registered(
        new=fresh,
        merged=len(merges) + len(decided.merges),
        split=len(splits) + len(decided.ended),
        keys=keys,
        revision=revision or before,
        settled=decided.settled,
    )


def _note_merges(connection: duckdb.DuckDBPyConnection, merges: Sequence[Merge]) -> None:
    pairs = {
        "old_id": pa.array([merge.old_id for merge in merges], pa.string()),
        "photo_id": pa.array([merge.photo_id for merge in merges], pa.string()),
    }
    connection.register("merges", pa.table(pairs))
    connection.execute(
        "CREATE TEMP TABLE merged AS SELECT old_id::UUID AS old_id, photo_id::UUID AS photo_id "
        "FROM merges"
    )
    connection.unregister("merges")


def _settle(connection: duckdb.DuckDBPyConnection, session: RegistrySession) -> Contests:
    connection.execute(_CONTESTED)
    ids = arrow(connection, "SELECT DISTINCT photo_id::VARCHAR AS photo_id FROM contested")
    if not ids.num_rows:
        return settle(())
    rows = list(session.photos(ids["photo_id"] if ids.num_rows <= LOOK_UP else None))
    connection.register("contested_photo", pa.Table.from_batches(rows, schema=KNOWN_PHOTOS))
    claims = [Claim(*row) for row in connection.execute(_EVIDENCE).fetchall()]
    connection.unregister("contested_photo")
    return settle(claims)


def _adopt(connection: duckdb.DuckDBPyConnection, contests: Contests) -> None:
    pairs = {
        "comp": pa.array(list(contests.photos), pa.int32()),
        "photo_id": pa.array(list(contests.photos.values()), pa.string()),
    }
    connection.register("settled", pa.table(pairs))
    connection.execute(
        "CREATE TEMP TABLE photo AS "
        "SELECT comp, photo_id FROM claim ANTI JOIN contested USING (comp, photo_id) "
        "UNION ALL SELECT comp, photo_id::UUID FROM settled"
    )
    connection.unregister("settled")


def _name_new(connection: duckdb.DuckDBPyConnection, session: RegistrySession) -> int:
    """Assign ids to new components in the table `fresh`; return their number.

    The id derived from an anchor may be taken: its photo continued with an edited picture, or was
    merged into another one. Then the next `turn` of the same anchor is used.
    """
    connection.execute(_NEW)
    number = count(connection, "SELECT count(*) FROM fresh")
    ids = arrow(connection, "SELECT photo_id::VARCHAR AS photo_id FROM fresh LIMIT $n", n=LOOK_UP)
    stored = session.photos(ids["photo_id"] if number <= LOOK_UP else None) if number else iter(())
    for batch in stored:
        connection.register("arrived", pa.Table.from_batches([batch]))
        taken = connection.execute(
            "SELECT comp, f.anchor FROM fresh f "
            "SEMI JOIN arrived a ON a.photo_id::UUID = f.photo_id ORDER BY comp"
        ).fetchall()
        connection.unregister("arrived")
        for comp, anchor in taken:
            connection.execute(
                "UPDATE fresh SET photo_id = ? WHERE comp = ?", [_free_id(session, anchor), comp]
            )
    connection.execute("INSERT INTO photo SELECT comp, photo_id FROM fresh")
    return number


def _free_id(session: RegistrySession, anchor: str) -> str:
    turn = 2
    while any(batch.num_rows for batch in session.photos(pa.array([photo_uuid(anchor, turn)]))):
        turn += 1
    return photo_uuid(anchor, turn)


def _merges(connection: duckdb.DuckDBPyConnection, contests: Contests) -> list[Merge]:
    survivors = set(contests.merged.values())
    comps = {comp: photo for comp, photo in contests.photos.items() if photo in survivors}
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
    return [Merge(old, new, why[new]) for old, new in sorted(contests.merged.items())]


def _splits(connection: duckdb.DuckDBPyConnection, contests: Contests) -> list[AuditEntry]:
    if not contests.split:
        return []
    ids = dict(connection.execute("SELECT comp, photo_id::VARCHAR FROM fresh").fetchall())
    return [
        AuditEntry(
            who="identity/photos",
            action="photo.split",
            subject=ids[comp],
            detail=orjson.dumps({"from": origin}).decode(),
        )
        for comp, origin in sorted(contests.split.items())
    ]
