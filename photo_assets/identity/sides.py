"""The question whether two photos are the same: its id, and what a person sees of each photo.

Answers are in the ledger's decisions; which of them join photos is decided by `answers`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_files, photo_table
from photo_assets.lake.views import view_stored
from photo_assets.model.canonical import canonical_digest
from photo_assets.model.tables import MEMBERS, PHOTOS

LOOKALIKE: Final = "lookalike"
"""The first part of the ids of these questions."""

_DOING = "The photos could not be looked up"
_MONTHS = "SELECT DISTINCT month FROM photo SEMI JOIN asked USING (photo_id)"
_STORED = "SELECT photo_id FROM photo SEMI JOIN asked USING (photo_id)"
_MEMBERS = """
SELECT photo_id, lower(hex(sha256)), source, catalog, native_id, month
FROM member SEMI JOIN asked USING (photo_id)
"""


@dataclass(frozen=True, slots=True)
class Side:
    """What a person sees of one photo: its contents (64 hex digits) and its items, both sorted.

    An item is (source, catalog, native id). `months`: those in which the items are stored.
    """

    photo_id: str
    blobs: Sequence[str]
    items: Sequence[tuple[str, str, str]]
    months: Sequence[str] = ()

    def document(self) -> dict[str, object]:
        """Return the side as a decision's `values_seen` states it."""
        items = [list(item) for item in self.items]
        return {"photo_id": self.photo_id, "blobs": list(self.blobs), "items": items}


def lookalike_id(a_photo_id: str, b_photo_id: str) -> str:
    """Return the id of the question whether two photos are the same, whatever their order."""
    return "/".join((LOOKALIKE, *sorted((a_photo_id, b_photo_id))))


def photos_of(question: str) -> tuple[str, str] | None:
    """Return the two photos of such a question, the smaller id first; None for other questions."""
    kind, *ids = question.split("/")
    return (ids[0], ids[1]) if kind == LOOKALIKE and len(ids) == 2 else None


def lookalike_evidence(side_a: Side, side_b: Side) -> str:
    """Return the digest of what a person sees, 64 hex digits, whatever the order of the sides.

    It changes when a photo gets or loses a content. A further item with a known content changes
    nothing, as it shows nothing new; only photos without any known content are told by their items.
    """
    return canonical_digest(sorted([*side.blobs] or _names(side) for side in (side_a, side_b)))


def _names(side: Side) -> list[str]:
    return ["/".join(item) for item in side.items]


def sides_of(lake: Lake, photo_ids: Collection[str]) -> dict[str, Side]:
    """Return the sides of those of the photos that exist now, by id.

    Only the months of these photos are read in full. Raises `StorageError`.
    """
    files = photo_files(lake, PHOTOS)
    if not photo_ids or not files:
        return {}
    rows: dict[str, list[tuple[str | None, tuple[str, str, str], str]]] = {}
    with lake.query("counts", _DOING) as connection:
        connection.register("asked", pa.table({"photo_id": pa.array(sorted(set(photo_ids)))}))
        view_stored(connection, "photo", PHOTOS, files)
        months = sorted(month for (month,) in connection.execute(_MONTHS).fetchall())
        members = [path for m in months if (path := lake.path(photo_table(MEMBERS), m)).exists()]
        view_stored(connection, "member", MEMBERS, members)
        for photo_id, blob, *item, month in connection.execute(_MEMBERS).fetchall():
            rows.setdefault(photo_id, []).append((blob, tuple(item), month))
    return {photo_id: _side(photo_id, found) for photo_id, found in sorted(rows.items())}


def stored_photos(lake: Lake, photo_ids: Collection[str]) -> set[str]:
    """Return those of the photos that exist now. Raises `StorageError`."""
    files = photo_files(lake, PHOTOS)
    if not photo_ids or not files:
        return set()
    with lake.query("counts", _DOING) as connection:
        connection.register("asked", pa.table({"photo_id": pa.array(sorted(set(photo_ids)))}))
        view_stored(connection, "photo", PHOTOS, files)
        return {photo_id for (photo_id,) in connection.execute(_STORED).fetchall()}


def _side(photo_id: str, rows: Sequence[tuple[str | None, tuple[str, str, str], str]]) -> Side:
    blobs, items, months = zip(*rows, strict=True)
    return Side(photo_id, sorted({*blobs} - {None}), sorted(items), sorted({*months}))


def months_of(lake: Lake, photo_ids: Collection[str]) -> set[str]:
    """Return the months in which the items of these photos are stored. Raises `StorageError`."""
    return {month for side in sides_of(lake, photo_ids).values() for month in side.months}
