"""Facts from the tables of one month of photos that other months depend on.

They are made from that month's tables only, so that they stay valid while the tables are unchanged.
Facts about all months together are in `collection`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import duckdb
import pyarrow as pa

from photo_assets.lake import StoredTables
from photo_assets.lake.facts_cache import Facts, FactsCache, facts_digest
from photo_assets.model.canonical import canonical
from photo_assets.model.disclosure import DisclosurePolicy, Known
from photo_assets.model.vocabulary import LinkKind
from photo_assets.sinks.disclosing.joined import FEW_VALUES, JOINED, Joined
from photo_assets.sinks.disclosing.rules import rules_digest

RECIPE: Final = 1
"""Raised when the same tables give other facts."""

NAMES: Final = "names"  # names of people, including guessed ones
MARKED: Final = "marked"  # keywords that a catalog marks, with the mark
BELOW: Final = "below"  # keyword paths below a root of people
LOCKED: Final = "locked"  # locked photos, and those of the same scene as a locked one
CROSSING: Final = "crossing"  # photos of the same scene as one of another month, and those
STRAYS: Final = "strays"  # photos in the view or the conflicts, but not in the photos' table
ITEMS: Final = "items"  # months of the photos' items

_NOBODY: Final = DisclosurePolicy(people=False, gps=False, archived=False)
_SAME_SCENE: Final = (
    LinkKind.VIRTUAL_COPY_OF,
    LinkKind.RAW_JPEG_PAIR,
    LinkKind.LIVE_VIDEO_OF,
    LinkKind.EDIT_OF,
    LinkKind.DERIVED_FROM,
    LinkKind.DUPLICATE_OF,
)
"""Relations of photos that show the same scene: if one is locked, the others are too."""

_QUERIES: Final[Mapping[str, str]] = {
    NAMES: "SELECT DISTINCT partition, name FROM"
    " (SELECT partition, unnest(people) AS name FROM unified"
    " UNION ALL SELECT partition, unnest(guessed_people) FROM unified) WHERE name <> ''",
    MARKED: "SELECT DISTINCT partition, unnest(marked_keywords) FROM unified",
    BELOW: "SELECT DISTINCT partition, path FROM"
    " (SELECT partition, unnest(keywords) AS path FROM unified) WHERE len(path) > 1",
    STRAYS: "SELECT DISTINCT partition, photo_id FROM (SELECT partition, photo_id FROM unified"
    " UNION ALL SELECT partition, photo_id FROM conflicts)"
    " ANTI JOIN photos USING (partition, photo_id)",
    ITEMS: "SELECT DISTINCT partition, month FROM members",
    LOCKED: "WITH RECURSIVE locked(partition, photo_id) AS ("
    " SELECT partition, photo_id FROM unified SEMI JOIN locked_states USING (visibility)"
    " UNION SELECT t.partition, t.b FROM locked l"
    " JOIN ties t ON l.partition = t.partition AND l.photo_id = t.a"
    " WHERE t.within) SELECT partition, photo_id FROM locked",
    CROSSING: "SELECT DISTINCT partition, a FROM ties WHERE NOT within",
}
# Either end may be locked. A tie whose other end is missing here also belongs to another month.
_TIES: Final = """
CREATE TABLE here AS
SELECT partition, photo_id FROM photos UNION SELECT partition, photo_id FROM unified;
CREATE TABLE ties AS
WITH told AS (
  SELECT r.partition, from_photo_id, to_photo_id,
         f.photo_id IS NOT NULL AND t.photo_id IS NOT NULL AS within
  FROM relations r
  LEFT JOIN here f ON f.partition = r.partition AND f.photo_id = from_photo_id
  LEFT JOIN here t ON t.partition = r.partition AND t.photo_id = to_photo_id
  WHERE list_contains($kinds, kind)
)
SELECT partition, from_photo_id AS a, to_photo_id AS b, within FROM told
UNION ALL SELECT partition, to_photo_id, from_photo_id, within FROM told;
"""
EVERYWHERE: Final = """
WITH RECURSIVE ties AS (
  SELECT from_photo_id AS a, to_photo_id AS b FROM relations WHERE list_contains($kinds, kind)
  UNION ALL
  SELECT to_photo_id, from_photo_id FROM relations WHERE list_contains($kinds, kind)
), locked(photo_id) AS (
  SELECT photo_id FROM locked_here UNION SELECT t.b FROM locked l JOIN ties t ON l.photo_id = t.a
)
SELECT DISTINCT partition, photo_id FROM locked JOIN
  (SELECT partition, photo_id FROM photos UNION ALL SELECT partition, photo_id FROM unified)
  USING (photo_id)
"""
"""The locked photos by month, from the views of all months and the table `locked_here`."""


def same_scene(query: str) -> str:
    """Return a query with the kinds of relations inserted; views and scripts take no parameters."""
    kinds = ", ".join(f"'{kind}'" for kind in _SAME_SCENE)
    return query.replace("$kinds", f"[{kinds}]")


def month_facts(joined: Joined, tables: StoredTables) -> dict[str, Facts]:
    """Return month -> its facts, for all months. Raises `StorageError`."""
    recipe = (RECIPE, rules_digest(), sorted(joined.people_roots))
    digests = {
        month: facts_digest(recipe, [tables.digest(asset, month) for _, asset in JOINED.values()])
        for month in joined.months(tables)
    }

    def make(months: Sequence[str]) -> Mapping[str, Facts]:
        batches = joined.batches(months, FEW_VALUES)
        return dict(made for batch in batches for made in _make(joined, batch))

    return FactsCache(joined.kept / "facts").of(digests, make)


def _make(joined: Joined, months: Sequence[str]) -> Iterator[tuple[str, Facts]]:
    known = Known(people_roots=joined.people_roots)
    with joined.opened("The disclosed data cannot be determined", months) as connection:
        states = connection.execute("SELECT DISTINCT visibility FROM unified").fetchall()
        locked = [state for (state,) in states if not _NOBODY.admits(state, None, None)]
        connection.register(
            "locked_states", pa.table({"visibility": pa.array(locked, pa.string())})
        )
        connection.execute(same_scene(_TIES)).fetchall()
        found = {name: _by_month(connection, query) for name, query in _QUERIES.items()}
    for month in months:
        facts = {name: values.get(month, []) for name, values in found.items()}
        facts[BELOW] = [path for path in facts[BELOW] if known.first_person(path) < len(path)]
        yield month, facts


def _by_month(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, list[Any]]:
    """Return month -> the results of a query, in a fixed order."""
    found = defaultdict(list)
    for month, value in connection.execute(query).fetchall():
        found[month].append(value)
    for values in found.values():
        values.sort(key=canonical)
    return found
