"""The open discrepancies of visibility in `metadata/visibility`, with the approvals of now.

What is a discrepancy is decided in `discrepancies`; presenting them is done elsewhere.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from photo_assets.lake import Lake
from photo_assets.lake.views import view_stored
from photo_assets.metadata.discrepancies import SeenItem, SeenPhoto
from photo_assets.model.permits import Level
from photo_assets.model.tables import VISIBILITY
from photo_assets.model.visibility import ServiceVisibility, level_of

_ROWS = 2_048
_POSSIBLE = """
SELECT photo_id, month, effective, wanted, items FROM visibility
WHERE effective IS DISTINCT FROM highest OR effective = 'unknown' OR wanted IS NOT NULL
ORDER BY month, photo_id
"""


def open_discrepancies(
    lake: Lake,
    services: Mapping[str, ServiceVisibility],
    approved: Mapping[str, Collection[Level]],
) -> Iterator[dict[str, Any]]:
    """Yield the discrepancies by month and photo: `tables.DISCREPANCY` and the photo's columns.

    An approval and its revocation count at once, before the months are rebuilt. Raises
    `StorageError`.
    """
    files = lake.files(("metadata", VISIBILITY.name))
    with lake.query("counts", "The visibility could not be checked") as connection:
        connection.execute("SET TimeZone = 'UTC'").fetchall()
        view_stored(connection, "visibility", VISIBILITY, files)
        for batch in connection.sql(_POSSIBLE).to_arrow_reader(_ROWS):
            for row in batch.to_pylist():
                yield from _of_photo(row, services, approved)


def _of_photo(
    row: Mapping[str, Any],
    services: Mapping[str, ServiceVisibility],
    approved: Mapping[str, Collection[Level]],
) -> Iterator[dict[str, Any]]:
    shared = {name: row[name] for name in ("photo_id", "month", "effective", "wanted")}
    wanted = None if row["wanted"] is None else level_of(row["wanted"])
    photo = SeenPhoto(row["photo_id"], [SeenItem.of_row(one) for one in row["items"]], wanted)
    for one in photo.discrepancies(approved.get(photo.photo_id, ()), services):
        yield {**shared, **one}
