"""Values of a page's properties: sent, stored and returned forms."""

from typing import Any

from photo_assets.sample.notion import rich_text
from photo_assets.sample.notion.errors import invalid
from photo_assets.sample.notion.properties import READ_ONLY, Property, Schema

_SIMPLE = {"number", "url", "email", "phone_number", "checkbox", "place"}
_EMPTY: dict[str, Any] = {
    "title": [],
    "rich_text": [],
    "multi_select": [],
    "people": [],
    "relation": [],
    "files": [],
    "checkbox": False,
}


def empty(prop: Property) -> Any:
    return _EMPTY.get(prop.type)


def check_names(schema: Schema, sent: dict[str, Any]) -> dict[str, tuple[Property, Any]]:
    """Return each sent value with its property, by property id; raise for unknown or unfit ones."""
    found: dict[str, tuple[Property, Any]] = {}
    problems: list[str] = []
    for name, value in sent.items():
        prop = schema.find(name)
        if prop is None:
            problems.append(f"{name} is not a property that exists.")
            continue
        if prop.type in READ_ONLY:
            problems.append(f"{name} is a read-only property and cannot be set.")
        elif prop.type not in value:
            problems.append(f"{name} is expected to be {prop.type}.")
        else:
            found[prop.id] = (prop, value[prop.type])
    if problems:
        raise invalid(" ".join(problems))
    return found


def stored(schema: Schema, prop: Property, sent: Any) -> Any:
    """Return the stored form of a sent value; new options, except of a status, join the schema."""
    if prop.type in ("title", "rich_text"):
        return rich_text.stored(sent)
    if prop.type in _SIMPLE:
        return sent
    if prop.type == "people":
        return [{"object": "user", "id": person["id"]} for person in sent]
    if prop.type == "date":
        return sent and {"end": None, "time_zone": None, **sent}
    if prop.type == "multi_select":
        chosen = {option["id"]: option for option in (_option(schema, prop, one) for one in sent)}
        return list(chosen.values())
    if prop.type in ("select", "status"):
        return sent and _option(schema, prop, sent)
    raise NotImplementedError(f"the stand-in keeps no {prop.type} values")


def _option(schema: Schema, prop: Property, wanted: dict[str, Any]) -> dict[str, Any]:
    option = prop.option(wanted)
    if option is None:
        if prop.type == "status":
            raise invalid(
                f'Invalid status option. Status option "{wanted.get("name")}" does not exist.'
            )
        option = schema.add_option(prop, wanted)
    return {key: option[key] for key in ("id", "name", "color")}


def plain(type_: str, value: Any) -> str | None:
    """Return the text for filters, for text kinds."""
    if type_ in ("title", "rich_text"):
        return rich_text.plain(value or [])
    if type_ in ("url", "email", "phone_number"):
        return value or ""
    return None
