"""Any property of a page as plain JSON that is stable as long as nobody edits it.

URLs of files expire and are omitted, as is everything about people except their id and name.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

Json = Mapping[str, Any]
_EXPIRING: Final = frozenset({"url", "expiry_time", "upload_url"})


def plain_value(found: Json) -> Any:
    """Return the value of a property in a reply (`{"type": …, <type>: …}`)."""
    kind = found["type"]
    value = found.get(kind)
    return _READERS.get(kind, _stripped)(value)


def _text(value: Any) -> str | None:
    return "".join(part.get("plain_text", "") for part in value or ()) or None


def _name(value: Any) -> str | None:
    return value.get("name") if value else None


def _names(value: Any) -> list[str]:
    return [one["name"] for one in value or ()]


def _person(value: Any) -> Any:
    return value and {key: value[key] for key in ("id", "name") if value.get(key)}


def _people(value: Any) -> list[Any]:
    return [_person(one) for one in value or ()]


def _date(value: Any) -> Any:
    return value and {key: value[key] for key in ("start", "end", "time_zone") if value.get(key)}


def _files(value: Any) -> list[Any]:
    found = []
    for one in value or ():
        outside = one.get("external", {}).get("url")
        found.append({"name": one.get("name"), **({"url": outside} if outside else {})})
    return found


def _relation(value: Any) -> list[str]:
    return [one["id"] for one in value or ()]


def _number_of(value: Any) -> str | None:
    if not value or value.get("number") is None:
        return None
    prefix = value.get("prefix")
    return f"{prefix}-{value['number']}" if prefix else str(value["number"])


def _computed(value: Any) -> Any:
    """Read a formula or a rollup, which contains a value with its own type."""
    if not value:
        return None
    kind = value["type"]
    inner = value.get(kind)
    if kind == "array":
        return [plain_value(one) for one in inner or ()]
    return _date(inner) if kind == "date" else _stripped(inner)


def _stripped(value: Any) -> Any:
    """Return JSON without values that expire and without email addresses of people."""
    if isinstance(value, Mapping):
        if value.get("object") == "user":
            return _person(value)
        return {name: _stripped(one) for name, one in value.items() if name not in _EXPIRING}
    if isinstance(value, list):
        return [_stripped(one) for one in value]
    return value


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "title": _text,
    "rich_text": _text,
    "select": _name,
    "status": _name,
    "multi_select": _names,
    "people": _people,
    "created_by": _person,
    "last_edited_by": _person,
    "date": _date,
    "files": _files,
    "relation": _relation,
    "unique_id": _number_of,
    "formula": _computed,
    "rollup": _computed,
}
