"""Some months of the collection as DuckDB views that mark what may not be shown."""

from collections.abc import Collection as Several
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb
import pyarrow as pa

from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.sinks.disclosing.collection import Collection

_STATE: Final = pa.schema(
    [("visibility", pa.string()), ("availability", pa.string()), ("archived", pa.bool_())]
)
_STATES: Final = {
    "withheld_states": "SELECT DISTINCT visibility, availability, archived FROM viewed",
    "withheld_item_states": "SELECT DISTINCT NULL, availability, NULL FROM members",
}
_ASKED: Final = "CREATE VIEW {to} AS SELECT * FROM {table} SEMI JOIN asked USING (partition)"
# A row under a former month belongs to the photo's own month unless that one has it too.
_AT_HOME: Final = """
CREATE VIEW {to} AS
SELECT * FROM {table} SEMI JOIN asked USING (partition) ANTI JOIN homes USING (photo_id)
UNION ALL BY NAME
SELECT t.* REPLACE (h.home AS partition) FROM {table} t JOIN homes h USING (photo_id)
WHERE h.home IN (SELECT partition FROM asked)
QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY t.partition <> h.home, t.partition) = 1
"""
# A photo that is not in the unified view yet may be locked, so it is not shown.
_VIEWS: Final = """
CREATE VIEW shown AS SELECT v.* FROM viewed v ANTI JOIN withheld_states s
ON v.visibility IS NOT DISTINCT FROM s.visibility
AND v.availability IS NOT DISTINCT FROM s.availability
AND v.archived IS NOT DISTINCT FROM s.archived
ANTI JOIN locked_photos l ON v.photo_id = l.photo_id;
CREATE TABLE shown_photos AS SELECT photo_id FROM shown;
CREATE VIEW marked_members AS SELECT m.*,
  m.photo_id NOT IN (SELECT photo_id FROM shown_photos)
  OR m.availability IN (SELECT availability FROM withheld_item_states) AS withheld
FROM members m SEMI JOIN asked USING (partition)
"""


@contextmanager
def shown_months(
    doing: str, collection: Collection, months: Several[str], policy: DisclosurePolicy
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the tables of some months and mark what may not be shown.

    Views with a column `partition`: `photos`; `viewed` (of `metadata/unified`) and `disputed` (of
    `metadata/conflicts`), where each photo is under its own month; `shown` (`viewed` without photos
    that may not be shown); `marked_members` (members, and whether each is `withheld`). Tables:
    `shown_photos`, `locked_photos`. Raises `StorageError`, which begins with `doing`.
    """
    with collection.joined.opened(doing, collection.opened_for(months)) as connection:
        connection.register("asked", _texts("partition", sorted(months)))
        homes = collection.homes(months)
        connection.register("homes", pa.table({"photo_id": [*homes], "home": [*homes.values()]}))
        query = _AT_HOME if homes else _ASKED
        for table, to, key in (
            ("unified", "viewed", "photo_id"),
            ("conflicts", "disputed", "conflict_id"),
        ):
            connection.execute(query.format(table=table, to=to, key=key))
        admits = policy.admits
        for name, states in _STATES.items():
            found = connection.execute(states).fetchall()
            withheld = [state for state in found if not admits(*state)]
            columns = [list(column) for column in zip(*withheld, strict=True)] or [[], [], []]
            connection.register(name, pa.table(columns, schema=_STATE))
        locked = [photo for month in sorted(months) for photo in collection.locked(month)]
        connection.register("locked_photos", _texts("photo_id", locked))
        connection.execute(_VIEWS).fetchall()
        yield connection


def _texts(name: str, values: list[str]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string())})
