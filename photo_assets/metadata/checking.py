"""The counts of the metadata checks: unified rows, their open conflicts, and discrepancies.

The checks themselves and their messages are defined elsewhere.
"""

from dataclasses import dataclass

from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_files
from photo_assets.lake.views import view_stored
from photo_assets.metadata.conflict import ABOUT_FILES
from photo_assets.metadata.discrepancies import DiscrepancyKind
from photo_assets.model.tables import CONFLICTS, PHOTOS, UNIFIED, VISIBILITY

_DOING = "The metadata could not be checked"
_ROWS = """
SELECT (SELECT count(*) FROM unified), (SELECT count(DISTINCT photo_id) FROM unified),
       (SELECT count(*) FROM photo),
       (SELECT count(*) FROM unified SEMI JOIN photo USING (photo_id))
"""
_DIFFERENT = """
WITH counted AS (SELECT photo_id, count(*) AS n FROM asked
                 WHERE NOT list_contains($about_files, kind) GROUP BY 1)
SELECT count(*) FROM unified LEFT JOIN counted USING (photo_id)
WHERE unified.conflict_count <> coalesce(counted.n, 0)
"""
_DISCREPANCIES = """
SELECT one.kind, count(*) FROM (SELECT unnest(discrepancies) AS one FROM visibility) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class UnifiedRows:
    """The rows of the unified view, their distinct ids, the photos, and the ids in both."""

    rows: int
    ids: int
    photos: int
    shared: int

    @property
    def agree(self) -> bool:
        """Whether the view contains each photo exactly once."""
        return self.rows == self.ids == self.photos == self.shared


def count_unified(lake: Lake) -> UnifiedRows:
    """Count the unified rows and the photos. Raises `StorageError`."""
    with lake.query("counts", _DOING) as connection:
        view_stored(connection, "unified", UNIFIED, lake.files(("metadata", "unified")))
        view_stored(connection, "photo", PHOTOS, photo_files(lake, PHOTOS))
        return UnifiedRows(*connection.execute(_ROWS).fetchall()[0])


def count_different_conflicts(lake: Lake) -> tuple[int, int]:
    """Return how many photos have a wrong conflict count, and the number of checked months.

    Only months whose two tables were made from the same inputs are checked. Raises `StorageError`.
    """
    months = _made_from_the_same(lake)
    with lake.query("counts", _DOING) as connection:
        for name, kind in (("unified", UNIFIED), ("asked", CONFLICTS)):
            files = [lake.path(("metadata", kind.name), month) for month in months]
            view_stored(connection, name, kind, files)
        values = {"about_files": sorted(ABOUT_FILES)}
        ((different,),) = connection.execute(_DIFFERENT, values).fetchall()
    return different, len(months)


def count_discrepancies(lake: Lake) -> dict[str, int]:
    """Count the discrepancies of visibility, by kind. Raises `StorageError`."""
    with lake.query("counts", _DOING) as connection:
        view_stored(connection, "visibility", VISIBILITY, lake.files(("metadata", "visibility")))
        found = dict(connection.execute(_DISCREPANCIES).fetchall())
    return {kind.value: found.get(kind.value, 0) for kind in DiscrepancyKind}


def _made_from_the_same(lake: Lake) -> list[str]:
    """Return the months whose two tables exist and were made from the same inputs."""
    found = []
    for month in lake.names(("metadata", "unified")):
        one = lake.footer(("metadata", "unified"), month)
        other = lake.footer(("metadata", "conflicts"), month)
        if one and other and one.extra == other.extra:
            found.append(month)
    return found
