"""Step 4 of the ladder: photos that a person decided to be one are joined, and separated again.

Works on the photos that the items alone make up. Each keeps its id and its keys in the ledger: as
one with others it is shown under the oldest id, and its own id becomes an alias that ends with the
decision. What a photo is after its files were edited, moved or taken away is thus found as for any
other photo, and a decision about it holds for just that photo.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import orjson
import pyarrow as pa

from photo_assets.identity.answers import Answer, Groups, Settled, ids_in, settle_answers
from photo_assets.ledger.aliases import Merge
from photo_assets.ledger.audit import AuditEntry
from photo_assets.ledger.photos import RegistrySession

_WHY = "a person decided that they are one photo"
_OVER = "9999"  # later than any time: a photo that this run creates

# `comp` is the number of a component's first item, so the edge depends on the items alone.
_JOIN = """
INSERT INTO parted
SELECT idx, photo_id FROM component JOIN photo USING (comp) SEMI JOIN decided USING (comp);

INSERT INTO edge
SELECT least(a.comp, b.comp), greatest(a.comp, b.comp), 4, 'decision', question
FROM followed JOIN photo a ON a.photo_id = followed.a::UUID
JOIN photo b ON b.photo_id = followed.b::UUID;

UPDATE component SET comp = d.first FROM decided d WHERE component.comp = d.comp;
DELETE FROM photo WHERE comp IN (SELECT comp FROM decided);
INSERT INTO photo SELECT DISTINCT first, current::UUID FROM decided;
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """The result: the followed and contradicted answers, and changes of the ledger's aliases."""

    settled: Settled
    merges: Sequence[Merge]
    ended: Sequence[str]
    audit_entries: Sequence[AuditEntry]


def merge_decided(
    connection: duckdb.DuckDBPyConnection,
    session: RegistrySession,
    answers: Sequence[Answer],
    merged: Mapping[str, str],
) -> Decided:
    """Join the components of photos that a person decided to be one, in all tables of the run.

    `merged`: old id -> surviving id of the photos whose items come together in this run. Creates
    the table `parted` (idx, own_id): the items of joined photos, with the photo of each without
    decisions.
    """
    connection.execute("CREATE TEMP TABLE parted (idx INTEGER, own_id UUID)")
    if not answers:
        return Decided(Settled({}, ()), (), (), ())
    own = {one: merged.get(photo, photo) for one, photo in session.own_ids(ids_in(answers)).items()}
    settled = settle_answers(answers, own)
    comps = _components(connection, {photo for pair in settled.joined.values() for photo in pair})
    followed = {
        question: pair
        for question, pair in settled.joined.items()
        if pair[0] in comps and pair[1] in comps
    }
    current = _survivors(session, Groups(followed.values()))
    if followed:
        _join(connection, comps, followed, current)
    stored = {
        old: merged.get(photo, photo)
        for old, photo in session.decided_aliases().items()
        if old not in merged
    }
    wanted = {photo: now for photo, now in current.items() if photo != now}
    here = _components(connection, stored)
    together = Groups(settled.joined.values())
    for old, photo in stored.items():
        # A photo without items in this run: its alias holds as long as the decisions about it.
        away = old not in current and old not in here and old != photo
        if away and together.first(old) == together.first(photo):
            wanted[old] = current.get(photo, photo)
    asked = {photo: question for question, pair in settled.joined.items() for photo in pair}
    ended = sorted(stored.keys() - wanted.keys())
    new = [old for old in sorted(wanted) if stored.get(old) != wanted[old]]
    return Decided(
        settled,
        [Merge(old, wanted[old], f"{_WHY}: {asked[old]}") for old in new],
        ended,
        [_audit_entry(old, stored[old]) for old in ended],
    )


def _components(
    connection: duckdb.DuckDBPyConnection, photo_ids: Sequence[str] | set[str] | Mapping[str, str]
) -> dict[str, int]:
    """Return the components of those of the photos that have items in this run."""
    if not photo_ids:
        return {}
    connection.register("asked", pa.table({"photo_id": pa.array(sorted(photo_ids))}))
    rows = connection.execute(
        "SELECT photo_id::VARCHAR, comp FROM photo "
        "WHERE photo_id IN (SELECT photo_id::UUID FROM asked)"
    ).fetchall()
    connection.unregister("asked")
    return dict(rows)


def _survivors(session: RegistrySession, groups: Groups) -> dict[str, str]:
    """Return each photo of the groups -> the oldest one of its group."""
    found = groups.all()
    ids = sorted(photo for photos in found.values() for photo in photos)
    known = {
        row["photo_id"]: row["created_at"]
        for batch in (session.photos(pa.array(ids, pa.string())) if ids else ())
        for row in batch.to_pylist()
    }
    return {
        photo: min(photos, key=lambda one: (known.get(one, _OVER), one))
        for photos in found.values()
        for photo in photos
    }


def _join(
    connection: duckdb.DuckDBPyConnection,
    comps: Mapping[str, int],
    followed: Mapping[str, tuple[str, str]],
    current: Mapping[str, str],
) -> None:
    firsts: dict[str, int] = {}
    for photo, now in current.items():
        firsts[now] = min(comps[photo], firsts.get(now, comps[photo]))
    decided = {
        "comp": pa.array([comps[photo] for photo in current], pa.int32()),
        "first": pa.array([firsts[now] for now in current.values()], pa.int32()),
        "current": pa.array(list(current.values()), pa.string()),
    }
    ends = list(followed.values())
    pairs = {
        "question": pa.array(list(followed), pa.string()),
        "a": pa.array([a for a, _ in ends], pa.string()),
        "b": pa.array([b for _, b in ends], pa.string()),
    }
    connection.register("decided", pa.table(decided))
    connection.register("followed", pa.table(pairs))
    connection.execute(_JOIN)
    connection.unregister("decided")
    connection.unregister("followed")


def _audit_entry(old: str, photo: str) -> AuditEntry:
    return AuditEntry(
        who="identity/photos",
        action="photo.separated",
        subject=old,
        detail=orjson.dumps({"from": photo}).decode(),
    )
