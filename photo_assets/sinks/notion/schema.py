"""The properties of a data source against those that are wanted. Pure: a data source goes in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from photo_assets.sinks.notion.fields import KEY, KINDS, MORE, Kind
from photo_assets.sinks.notion.wire import to_schema

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFit:
    """How the properties that are wanted (name here -> name there) stand in a data source.

    `names`: where each is written. `missing`: wanted and not there. `misfits`: there, and of a type
    that takes no such value (name there -> type). `options`: what the multi-selects know already.
    """

    names: Mapping[str, str]
    missing: Mapping[str, str]
    misfits: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]

    @property
    def can_be_used(self) -> bool:
        """Whether pages can be written and found again."""
        return "title" in self.names and KEY in self.names

    def new_properties(self) -> Json:
        """Return what is sent to add the missing ones."""
        return {name: to_schema(KINDS[field]) for field, name in self.missing.items()}


def fit(properties: Mapping[str, Mapping[str, Any]], wanted: Mapping[str, str]) -> SchemaFit:
    """Return how `wanted` stands in a data source's `properties`.

    A data source has exactly one title, under whatever name: that one is ours too.
    """
    titles = [name for name, found in properties.items() if found["type"] == Kind.TITLE]
    names: dict[str, str] = {}
    missing: dict[str, str] = {}
    misfits: dict[str, str] = {}
    for field, name in wanted.items():
        there = titles[0] if KINDS[field] is Kind.TITLE and titles else name
        found = properties.get(there)
        if found is None:
            missing[field] = name
        elif found["type"] != KINDS[field]:
            misfits[there] = found["type"]
        else:
            names[field] = there
    options = {
        field: tuple(one["name"] for one in properties[names[field]]["multi_select"]["options"])
        for field in MORE
        if field in names
    }
    return SchemaFit(names=names, missing=missing, misfits=misfits, options=options)
