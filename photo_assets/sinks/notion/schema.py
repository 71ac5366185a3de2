"""Compare the properties of a data source with the wanted ones. Pure; no requests here."""

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
    """A property that was ours: its id, which does not change when people rename it.

    `name` is its name in the settings when it was found by that name.
    """

    property_id: str
    name: str


_NOTHING: Final[Mapping[str, Known]] = MappingProxyType({})
_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFit:
    """How the wanted properties (name here -> name there) fit a data source.

    `names`: the property to write for each. `missing`: wanted but not there. `misfits`: there, but
    with a type that cannot hold the value (name there -> type). `taken`: there, but already used
    for another one of ours (wanted name -> name of the other one in the settings). `renamed`: those
    of `names` whose name differs from the settings (wanted name -> name there). `options`: the
    existing options. `seen`: the values to remember about `names`. `former`: properties that are no
    longer wanted, which are only cleared.
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
        """Whether pages can be written and identified."""
        return "title" in self.names and KEY in self.names

    def new_properties(self) -> Json:
        """Return the request body that adds the missing properties."""
        return {name: to_schema(KINDS[field]) for field, name in self.missing.items()}


def fit(
    properties: Properties,
    wanted: Mapping[str, str],
    known: Mapping[str, Known] = _NOTHING,
    unwanted: Mapping[str, str] = _NO_NAMES,
) -> SchemaFit:
    """Return how `wanted` fits a data source's `properties`; `known` are the earlier properties.

    `unwanted` are the properties that are not sent (name here -> name there). A data source has
    exactly one title property, under any name: that one is also ours.
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
    """Return field -> name of its property, of any type; no two fields share one."""
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
    """Yield the candidates for each field, likeliest first.

    A name that was changed in the settings has priority. Otherwise an id has priority over names;
    but a property whose type changed is no longer ours if another property has the name, or if the
    settings use another name.
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
    """Return the values to remember: the wanted name, once a property has that name."""
    if before is not None and before.property_id == property_id and there != wanted:
        return before
    return Known(property_id, wanted)
