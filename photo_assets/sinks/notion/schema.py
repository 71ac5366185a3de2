"""The properties of a data source against those that are wanted. Pure: a data source goes in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from photo_assets.sinks.notion.fields import KEY, KINDS, MORE, Kind
from photo_assets.sinks.notion.wire import to_schema

Json = dict[str, Any]
Properties = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Known:
    """The property that was ours: its id, which stays when people rename it.

    `name` is what the settings called it when it was found by that name.
    """

    property_id: str
    name: str


_NOTHING: Final[Mapping[str, Known]] = MappingProxyType({})
_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFit:
    """How the properties that are wanted (name here -> name there) stand in a data source.

    `names`: where each is written. `missing`: wanted and not there. `misfits`: there, and of a type
    that takes no such value (name there -> type). `taken`: there, and another one of ours (name
    that is wanted -> what that other one is called in the settings). `renamed`: those of `names`
    that are called otherwise than the settings say (name that is wanted -> name there). `options`:
    those that properties know already. `seen`: what to remember of the properties in `names`.
    `former`: where that stands which is wanted no more, to be cleared there and nothing else.
    """

    names: Mapping[str, str]
    missing: Mapping[str, str]
    misfits: Mapping[str, str]
    taken: Mapping[str, str]
    renamed: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    seen: Mapping[str, Known]
    former: Mapping[str, str]

    @property
    def can_be_used(self) -> bool:
        """Whether pages can be written and found again."""
        return "title" in self.names and KEY in self.names

    def new_properties(self) -> Json:
        """Return what is sent to add the missing ones."""
        return {name: to_schema(KINDS[field]) for field, name in self.missing.items()}


def fit(
    properties: Properties,
    wanted: Mapping[str, str],
    known: Mapping[str, Known] = _NOTHING,
    unwanted: Mapping[str, str] = _NO_NAMES,
) -> SchemaFit:
    """Return how `wanted` stands in a data source's `properties`; `known` is what was there before.

    `unwanted` is what is not sent any more, or never was (name here -> name there).

    A data source has exactly one title, under whatever name: that one is ours too.
    """
    there = _found(properties, wanted, known)
    names = {
        field: name for field, name in there.items() if properties[name]["type"] == KINDS[field]
    }
    by_place = {name: field for field, name in there.items()}
    absent = {field: name for field, name in wanted.items() if field not in there}
    return SchemaFit(
        names=names,
        missing={field: name for field, name in absent.items() if name not in properties},
        misfits={
            name: properties[name]["type"] for field, name in there.items() if field not in names
        },
        taken={name: wanted[by_place[name]] for name in absent.values() if name in properties},
        renamed={wanted[field]: name for field, name in names.items() if wanted[field] != name},
        options={
            field: tuple(one["name"] for one in properties[names[field]][KINDS[field]]["options"])
            for field in (*MORE, "camera", "lens")
            if field in names
        },
        seen={
            field: _seen(properties[name]["id"], wanted[field], name, known.get(field))
            for field, name in names.items()
        },
        former=_former(properties, unwanted, known, set(there.values())),
    )


def _former(
    properties: Properties,
    unwanted: Mapping[str, str],
    known: Mapping[str, Known],
    taken: set[str],
) -> dict[str, str]:
    candidates = _candidates(properties, unwanted, known)
    fitting = (
        (field, name)
        for field, name in candidates
        if name in properties and name not in taken and properties[name]["type"] == KINDS[field]
    )
    found: dict[str, str] = {}
    for field, name in fitting:
        found.setdefault(field, name)
    return found


def _found(
    properties: Properties, wanted: Mapping[str, str], known: Mapping[str, Known]
) -> dict[str, str]:
    """Return field -> name of its property, of whatever type; no two share one."""
    there: dict[str, str] = {}
    taken: set[str] = set()
    for field, name in _candidates(properties, wanted, known):
        if field not in there and name in properties and name not in taken:
            there[field] = name
            taken.add(name)
    return {field: there[field] for field in wanted if field in there}


def _candidates(
    properties: Properties, wanted: Mapping[str, str], known: Mapping[str, Known]
) -> Iterator[tuple[str, str]]:
    """Yield where each field may be, the likelier first.

    A name that was changed in the settings is the person's last word. Then an id outlives every
    name; but a property that was given another type is no longer ours when there is one of the
    name, or when another name is asked for.
    """
    by_id = {found["id"]: name for name, found in properties.items()}
    before = {
        field: by_id[one.property_id]
        for field, one in known.items()
        if field in wanted and one.property_id in by_id
    }
    anew = {field for field in wanted if field in known and known[field].name != wanted[field]}
    titles = [name for name, found in properties.items() if found["type"] == Kind.TITLE]
    yield from ((field, titles[0]) for field in wanted if titles and KINDS[field] is Kind.TITLE)
    yield from ((field, name) for field, name in wanted.items() if field in anew)
    for field, name in before.items():
        if properties[name]["type"] == KINDS[field]:
            yield field, name
    yield from wanted.items()
    yield from ((field, name) for field, name in before.items() if field not in anew)


def _seen(property_id: str, wanted: str, there: str, before: Known | None) -> Known:
    """Return what to remember: the name asked for, once there is a property of that name."""
    if before is not None and before.property_id == property_id and there != wanted:
        return before
    return Known(property_id, wanted)
