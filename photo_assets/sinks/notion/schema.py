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
    that takes no such value (name there -> type). `options`: those that properties know already.
    `ids`: the properties' ids, by name here. `renamed`: configured name -> name there.
    """

    names: Mapping[str, str]
    missing: Mapping[str, str]
    misfits: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    ids: Mapping[str, str]
    renamed: Mapping[str, str]

    @property
    def can_be_used(self) -> bool:
        """Whether pages can be written and found again."""
        return "title" in self.names and KEY in self.names

    def new_properties(self) -> Json:
        """Return what is sent to add the missing ones."""
        return {name: to_schema(KINDS[field]) for field, name in self.missing.items()}


def fit(
    properties: Mapping[str, Mapping[str, Any]],
    wanted: Mapping[str, str],
    remembered: Mapping[str, str],
) -> SchemaFit:
    """Return how `wanted` stands in a data source's `properties`.

    A data source has exactly one title, under whatever name: that one is ours too. Any other
    property is the one with the configured name; where there is none that takes the value, the one
    that had it before and was renamed, by its `remembered` id (name here -> id).
    """
    titles = [name for name, found in properties.items() if found["type"] == Kind.TITLE]
    by_id = {found["id"]: name for name, found in properties.items()}
    names: dict[str, str] = {}
    missing: dict[str, str] = {}
    misfits: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for field, name in wanted.items():
        if KINDS[field] is Kind.TITLE and titles:
            names[field] = titles[0]
            continue
        before = by_id.get(remembered.get(field, ""))
        # The name of another one of ours is that one's.
        known = before if before not in set(wanted.values()) - {name} else None
        there = [one for one in (name, known) if one is not None and one in properties]
        fitting = [one for one in there if properties[one]["type"] == KINDS[field]]
        if fitting:
            names[field] = fitting[0]
            if fitting[0] != name:
                renamed[name] = fitting[0]
        elif there:
            misfits[there[0]] = properties[there[0]]["type"]
        else:
            missing[field] = name
    options = {
        field: tuple(one["name"] for one in properties[names[field]][KINDS[field]]["options"])
        for field in (*MORE, "camera", "lens")
        if field in names
    }
    return SchemaFit(
        names=names,
        missing=missing,
        misfits=misfits,
        options=options,
        ids={field: properties[name]["id"] for field, name in names.items()},
        renamed=renamed,
    )
