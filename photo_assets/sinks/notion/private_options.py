"""Remove private names from the lists of options: Notion also shows options that no page uses.

The plan changes the pages themselves.
"""

from collections.abc import Mapping
from typing import Any

from photo_assets.model.disclosure import Disclosure
from photo_assets.sinks.notion.fields import KINDS, MORE, TREATMENTS, Kind
from photo_assets.sinks.notion.limits import OPTIONS
from photo_assets.sinks.notion.schema import Known, SchemaFit

Json = dict[str, Any]


def without_private_options(
    properties: Mapping[str, Json],
    fit: SchemaFit,
    known: Mapping[str, Known],
    disclosure: Disclosure,
) -> tuple[Json, list[str]]:
    """Return the properties to change, without the withheld options, and lines to show.

    A change lists all remaining options, at most 100, so a longer list can only be shortened by
    hand. `known`: properties that were ours before, by their names here.
    """
    changes: Json = {}
    told: list[str] = []
    for field, name in _lists(properties, fit, known).items():
        options = [one["name"] for one in properties[name][Kind.MULTI]["options"]]
        left = set(disclosure.show_names(TREATMENTS[field], options))
        if left == set(options):
            continue
        if len(left) > OPTIONS:
            told.append(
                f"The property {name!r} has {len(options):,} options. Private data is in "
                f"{len(options) - len(left):,} of them, which no page uses now. No program can "
                "remove options from such a long list: remove them in Notion."
            )
            continue
        changes[name] = {Kind.MULTI: {"options": [{"name": one} for one in options if one in left]}}
    return changes, told


def _lists(
    properties: Mapping[str, Json], fit: SchemaFit, known: Mapping[str, Known]
) -> dict[str, str]:
    """Return field -> name of the multi-selects that are or were ours."""
    former = {
        field: name
        for field, name in fit.former.items()
        if field in known and known[field].property_id == properties[name]["id"]
    }
    ours = {**former, **fit.names}
    return {field: ours[field] for field in MORE if field in ours and KINDS[field] is Kind.MULTI}
