"""Choosing the master among a photo's items, by rules in a configurable order.

The master is the item whose file represents the photo, whether or not that file is available; all
other items are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from photo_assets.identity.masters import Item, item_table
from photo_assets.model.errors import ConfigurationError

_FIRST = {
    "decision": "CASE WHEN decided THEN 0 ELSE 1 END",
    "quality": "reduced::INTEGER",
}
"""Always the first rules: a person's choice, and that a reduced rendition is no master while there
is another item."""

# Each rule returns a number; smaller is better.
_RULES = {
    "kept": "CASE availability WHEN 'trashed' THEN 1 ELSE 0 END",
    "local raw": "CASE WHEN media_kind = 'raw' AND path IS NOT NULL THEN 0 ELSE 1 END",
    "original": "CASE WHEN rendition THEN 1 ELSE 0 END",
    "pixels": "-greatest(pixels, coalesce(max(pixels) OVER (PARTITION BY comp, blob), 0) "
    "* (blob IS NOT NULL)::INTEGER)",
    "source order": "coalesce(list_position($sources, source), len($sources) + 1)",
}


@dataclass(frozen=True, slots=True)
class MasterHierarchy:
    """The rules that choose a master, in order of precedence, and the order of sources.

    Before all of them: chosen by a person; not a reduced rendition, the only one that its service
    provides.
    kept: not in the trash of its catalog.
    local raw: a RAW or DNG whose path is on this machine.
    original: not stated to be an edit, a conversion or a published rendition of another item.
    pixels: the larger picture; items with the same bytes have the same.
    source order: as listed; sources that are not listed come last.
    Remaining ties are resolved by source, catalog and native id.

    No rule depends on whether a file is available now: unplugging a disk would change the masters
    of its photos, and with them names, sizes and months, until it is back. A master whose file is
    missing is a conflict for a person to decide (`missing_master`).

    Raises `ConfigurationError` for an unknown rule or a duplicate word.
    """

    rules: tuple[str, ...] = tuple(_RULES)
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = [rule for rule in self.rules if rule not in _RULES]
        if unknown:
            raise ConfigurationError(
                f"Unknown master rule: {unknown[0]!r}.", hint=f"Rules: {', '.join(_RULES)}."
            )
        for name, words in (("rule", self.rules), ("source", self.sources)):
            if len(set(words)) != len(words):
                raise ConfigurationError(
                    f"The master hierarchy lists a {name} twice: {', '.join(words)}.",
                    hint="Name each once.",
                )


_DECIDED = """
CREATE TEMP TABLE decided_item AS
SELECT DISTINCT idx FROM item i JOIN asked a USING (source, catalog)
WHERE a.native_id IN (i.native_id, i.first_id)
"""
_MASTER = """
CREATE TEMP TABLE master AS
WITH several AS (SELECT comp FROM component GROUP BY comp HAVING count(*) > 1),
candidate AS (
  SELECT comp, i.*, r.idx IS NOT NULL AS rendition,
         idx IN (SELECT idx FROM decided_item) AS decided
  FROM component JOIN item i USING (idx) SEMI JOIN several USING (comp)
  LEFT JOIN rendition r USING (idx)
),
rated AS (SELECT {rated} FROM candidate),
placed AS (
  SELECT *, row_number() OVER (PARTITION BY comp ORDER BY {order}) AS place
  FROM rated
)
SELECT comp, best.idx AS idx, {reason} AS reason
FROM (FROM placed WHERE place = 1) best JOIN (FROM placed WHERE place = 2) next USING (comp)
UNION ALL
SELECT comp, idx, 'only item' FROM component ANTI JOIN several USING (comp)
"""


def choose_masters(
    connection: duckdb.DuckDBPyConnection, hierarchy: MasterHierarchy, decided: Sequence[Item]
) -> None:
    """Create the table `master` (comp, idx, reason) from `item` and `component`.

    `decided`: the items that people chose, under the id that they have or were first listed under.
    """
    connection.register("asked", item_table(decided))
    connection.execute(_DECIDED)
    connection.unregister("asked")
    rules = _FIRST | {rule: _RULES[rule] for rule in hierarchy.rules}
    ranks = [f"{value} AS r{n}" for n, value in enumerate(rules.values())]
    order = [f"r{n}" for n in range(len(rules))]
    won = [f"WHEN best.r{n} <> next.r{n} THEN '{rule}'" for n, rule in enumerate(rules)]
    reason = f"CASE {' '.join(won)} ELSE 'catalog and id' END"
    query = _MASTER.format(
        rated=", ".join(["comp", "idx", *ranks]), order=", ".join([*order, "idx"]), reason=reason
    )
    connection.execute(
        "CREATE TEMP TABLE rendition AS SELECT idx FROM link "
        "WHERE kind IN ('edit_of', 'derived_from') "
        "UNION SELECT remote FROM published WHERE claims = 1"
    )
    parameters = {"sources": list(hierarchy.sources)} if "source order" in hierarchy.rules else {}
    connection.execute(query, parameters)
