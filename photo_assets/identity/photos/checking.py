"""The counts of the photo checks: items against members, ids, short names, and decisions.

The checks themselves and their messages are defined elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from photo_assets.identity.answers import Answer, ids_in, settle_answers
from photo_assets.identity.masters import Item, item_table
from photo_assets.identity.sides import sides_of
from photo_assets.lake import Lake
from photo_assets.lake.inputs import fingerprint_files, item_files, photo_files
from photo_assets.lake.views import stored_rows, view_stored
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.tables import ITEMS, MEMBERS, PHOTOS

_DOING = "The photos could not be checked"
_COVERED = """
SELECT (SELECT count(DISTINCT (source, catalog, native_id)) FROM item),
       (SELECT count(DISTINCT (source, catalog, native_id)) FROM member),
       (SELECT count(*) FROM member),
       (SELECT count(DISTINCT photo_id) FROM member),
       (SELECT count(*) FROM member WHERE is_master)
"""
_UNFOLLOWED = """
WITH chosen AS (FROM member SEMI JOIN asked USING (source, catalog, native_id))
SELECT count(DISTINCT photo_id) FROM chosen
WHERE photo_id NOT IN (SELECT photo_id FROM chosen WHERE is_master)
"""
_COLLISIONS = """
SELECT lower(hex(sha256))[:16] AS uii FROM {rows}
WHERE sha256 IS NOT NULL GROUP BY uii HAVING count(DISTINCT sha256) > 1 ORDER BY uii
"""


@dataclass(frozen=True, slots=True)
class Covered:
    """The numbers of items and of those that are members of photos; `rows` counts repeated ones."""

    items: int
    members: int
    rows: int
    photos: int
    masters: int

    @property
    def once(self) -> bool:
        """Whether each item is in exactly one photo, and each photo has one master."""
        return self.items == self.members == self.rows and self.photos == self.masters


def count_members(lake: Lake) -> Covered:
    """Count items and members over all months. Raises `StorageError`."""
    with lake.query("counts", _DOING) as connection:
        view_stored(connection, "item", ITEMS, item_files(lake))
        view_stored(connection, "member", MEMBERS, photo_files(lake, MEMBERS))
        return Covered(*connection.execute(_COVERED).fetchall()[0])


@dataclass(frozen=True, slots=True)
class Followed:
    """How many decisions about pairs of photos join them, wait for one of them, and so on.

    `contradicted`: others keep the photos apart. `broken`: the stored photos differ from what they
    should be by these decisions, or have another master than a chosen one.
    """

    joined: int
    waiting: int
    contradicted: int
    broken: int


def count_followed(
    lake: Lake, registry: PhotoRegistry, answers: Sequence[Answer], masters: Sequence[Item]
) -> Followed:
    """Compare the stored photos with what people decided about them. Raises `StorageError`."""
    ids = ids_in(answers)
    own, current = registry.own_ids(ids), registry.current_ids(ids)
    settled, there = settle_answers(answers, own), sides_of(lake, {*current.values()}).keys()
    pairs = [(current[a], current[b]) for a, b in settled.joined.values()]
    apart = [(a, b) for a, b in pairs if a != b]
    broken = [pair for pair in apart if there >= {*pair}]
    different = [one.photos for one in answers if one.same is False]
    merged = [(a, b) for a, b in different if own[a] != own[b] and current[a] == current[b]]
    return Followed(
        joined=len(pairs) - len(apart),
        waiting=len(apart) - len(broken),
        contradicted=len(settled.contradicted),
        broken=len(broken) + len(merged) + _unfollowed(lake, masters),
    )


def _unfollowed(lake: Lake, masters: Sequence[Item]) -> int:
    """Return the number of photos of which a chosen item is no master, and no other chosen one."""
    if not masters:
        return 0
    with lake.query("counts", _DOING) as connection:
        connection.register("asked", item_table(masters))
        view_stored(connection, "member", MEMBERS, photo_files(lake, MEMBERS))
        return int(connection.execute(_UNFOLLOWED).fetchall()[0][0])


def count_ids(lake: Lake) -> tuple[int, int]:
    """Return the number of photos and of distinct ids. Raises `StorageError`."""
    with lake.query("counts", _DOING) as connection:
        view_stored(connection, "photo", PHOTOS, photo_files(lake, PHOTOS))
        query = "SELECT count(*), count(DISTINCT photo_id) FROM photo"
        ((photos, ids),) = connection.execute(query).fetchall()
    return photos, ids


def colliding_names(lake: Lake) -> list[str]:
    """Return the UIIs shared by several contents, sorted. Raises `StorageError`."""
    files = fingerprint_files(lake)
    if not files:
        return []
    with lake.query("counts", _DOING) as connection:
        found = connection.execute(_COLLISIONS.format(rows=stored_rows(files))).fetchall()
    return [uii for (uii,) in found]
