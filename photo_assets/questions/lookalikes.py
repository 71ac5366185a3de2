"""Photos that look alike, as questions: one a pair, the most likely first; crowds are not asked.

The search belongs to `identity.lookalikes`; what an answer joins is decided by `identity.photos`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from photo_assets.identity.lookalikes.inputs import ASSET
from photo_assets.identity.sides import (
    Side,
    lookalike_evidence,
    lookalike_id,
    photos_of,
    sides_of,
    stored_photos,
)
from photo_assets.lake import Lake
from photo_assets.lake.inputs import fingerprint_files, item_files, photo_files
from photo_assets.lake.views import view_stored
from photo_assets.ledger import Decision, PhotoRegistry
from photo_assets.model.canonical import canonical
from photo_assets.model.tables import (
    FINGERPRINTS,
    ITEMS,
    LOOKALIKE_GROUPS,
    LOOKALIKES,
    MEMBERS,
    UNIFIED,
)
from photo_assets.questions.question import LOOKALIKE, Question, Reopened, Stated
from photo_assets.workspace import Workspace

Row = dict[str, Any]
Pair = tuple[str, str]

_PAIR = ("a_photo_id", "b_photo_id", "a_sha256", "b_sha256")
_MORE = ("distance", "turn", "aspect_difference", "capture_difference_s", "relation")
_GROUP = ("group_id", "place")
_SHOWN = ("photo_id", "month", "file_name", "width", "height", "sources")
_DESCRIBING = ("file_name", "width", "height", "taken", "file_size")
_PHOTOS = """
SELECT {columns}, strftime(capture_time, '%Y-%m-%d %H:%M:%S') AS taken
FROM unified SEMI JOIN asked USING (photo_id)
"""
_SIZES = """
SELECT m.photo_id, coalesce(f.file_size, i.file_size)
FROM member m SEMI JOIN asked USING (photo_id)
LEFT JOIN print f USING (source, catalog, native_id)
LEFT JOIN item i USING (source, catalog, native_id)
WHERE m.is_master
"""


@dataclass(slots=True)
class _Answered:
    """What people said about one pair of photos: the last answer, and all contents they saw."""

    last: Decision | None = None
    seen: set[str] = field(default_factory=set)


class Lookalikes:
    """The pairs that nobody decided. `standing`: the current decision of each question."""

    def __init__(self, workspace: Workspace, standing: Mapping[str, Decision]) -> None:
        self._lake = workspace.lake
        self._standing = standing
        about = [one for one in standing.values() if photos_of(one.conflict_id)]
        ids = {photo for one in about for photo in photos_of(one.conflict_id) or ()}
        self._current = PhotoRegistry(workspace.ledger).current_ids(ids) if ids else {}
        self._answered = self._by_pair(about)

    def count(self) -> int:
        """Return how many pairs are open. Raises `StorageError`."""
        rows = self._open()
        there = stored_photos(self._lake, {one for row in rows for one in _pair(row)})
        return sum(there >= {*_pair(row)} for row in rows)

    def questions(self, photo_id: str | None = None) -> list[Question]:
        """Return the open pairs (of one photo), the most likely first. Raises `StorageError`."""
        rows = [
            row
            for row in self._open([*_PAIR, *_MORE, "group_id"])
            if photo_id in (None, row["a_photo_id"], row["b_photo_id"])
        ]
        groups = self._lake.read(ASSET, LOOKALIKE_GROUPS.name, LOOKALIKE_GROUPS, _GROUP)
        place = {row["group_id"]: row["place"] for row in groups.to_pylist()}
        rows.sort(key=lambda row: (place.get(row["group_id"], 0), row["distance"], *_pair(row)))
        sides = sides_of(self._lake, {one for row in rows for one in _pair(row)})
        photos = _photos(self._lake, sides)
        # The search may have found a photo that is a part of another one since.
        return [self._question(row, sides, photos) for row in rows if sides.keys() >= {*_pair(row)}]

    def _by_pair(self, decisions: Iterable[Decision]) -> dict[Pair, _Answered]:
        found: dict[Pair, _Answered] = {}
        for one in sorted(decisions, key=lambda decision: decision.decision_id or 0):
            a, b = sorted(self._current[photo] for photo in photos_of(one.conflict_id) or ())
            answered = found.setdefault((a, b), _Answered())
            if one.withdrawn:
                continue
            answered.last = one
            answered.seen |= _blobs(json.loads(one.values_seen))
        return found

    def _open(self, columns: Sequence[str] = _PAIR) -> list[Row]:
        table = self._lake.read(ASSET, LOOKALIKES.name, LOOKALIKES, columns)
        return [row for row in _rows(table) if not self._is_answered(row)]

    def _is_answered(self, row: Row) -> bool:
        """Return whether somebody answered, having seen both contents that are compared."""
        answered = self._answered.get(_pair(row))
        if answered is None or answered.last is None:
            return False
        compared = {blob.hex() for blob in (row["a_sha256"], row["b_sha256"]) if blob}
        return compared <= answered.seen

    def _question(self, row: Row, sides: Mapping[str, Side], photos: Mapping[str, Row]) -> Question:
        a, b = (sides[photo] for photo in _pair(row))
        question_id = lookalike_id(a.photo_id, b.photo_id)
        told = [photos.get(side.photo_id, {}) for side in (a, b)]
        standing = self._standing.get(question_id)
        names = " and ".join(one.get("file_name") or "a photo" for one in told)
        return Question(
            id=question_id,
            kind=LOOKALIKE,
            photo_ids=(a.photo_id, b.photo_id),
            month=told[0].get("month"),
            detail=f"{names} look alike.",
            evidence_digest=lookalike_evidence(a, b),
            values=tuple(_stated(side, one) for side, one in zip((a, b), told, strict=True)),
            standing=standing.decision_id if standing else None,
            reopened=self._reopened(row, told),
            more={name: row[name] for name in _MORE},
            seen=canonical({"a": a.document(), "b": b.document()}),
        )

    def _reopened(self, row: Row, told: Sequence[Row]) -> Reopened | None:
        answered = self._answered.get(_pair(row))
        if answered is None or answered.last is None:
            return None
        new = [
            Stated("", "", one.get("file_name") or photo, "a content that nobody had seen")
            for photo, one, side in zip(_pair(row), told, ("a_sha256", "b_sha256"), strict=True)
            if row[side] and row[side].hex() not in answered.seen
        ]
        last = answered.last
        return Reopened(last.at or "", last.who, json.loads(last.answer), new, [])


def _pair(row: Row) -> Pair:
    return row["a_photo_id"], row["b_photo_id"]


def _rows(table: pa.Table) -> Iterator[Row]:
    for batch in table.to_batches(max_chunksize=4_096):
        yield from batch.to_pylist()


def _blobs(seen: Any) -> set[str]:
    """Return the contents that a person saw of both photos."""
    sides = seen.values() if isinstance(seen, dict) else ()
    return {blob for side in sides for blob in side.get("blobs", ())}


def _photos(lake: Lake, sides: Mapping[str, Side]) -> dict[str, Row]:
    """Return what is shown of each photo, with the size of its master's file."""
    months = {month for side in sides.values() for month in side.months}
    tables = {
        "member": (MEMBERS, photo_files(lake, MEMBERS)),
        "print": (FINGERPRINTS, fingerprint_files(lake)),
        "item": (ITEMS, item_files(lake)),
    }
    files = lake.files(("metadata", UNIFIED.name))
    with lake.query("counts", "The photos that look alike could not be read") as connection:
        asked = pa.table({"photo_id": pa.array(sorted(sides), pa.string())})
        connection.register("asked", asked)
        view_stored(connection, "unified", UNIFIED, files)
        rows = connection.execute(_PHOTOS.format(columns=", ".join(_SHOWN))).fetchall()
        for name, (kind, stored) in tables.items():
            view_stored(connection, name, kind, [f for f in stored if f.stem in months])
        sizes = dict(connection.execute(_SIZES).fetchall())
    names = (*_SHOWN, "taken")
    return {
        row[0]: {**dict(zip(names, row, strict=True)), "file_size": sizes.get(row[0])}
        for row in rows
    }


def _stated(side: Side, photo: Row) -> Stated:
    """Return one of the two photos as a value, named by its first item."""
    value = {
        name: photo.get(name) for name in ("file_name", "width", "height", "taken", "file_size")
    }
    value |= {"photo_id": side.photo_id, "catalogs": photo.get("sources"), "items": len(side.items)}
    return Stated(*side.items[0], value)
