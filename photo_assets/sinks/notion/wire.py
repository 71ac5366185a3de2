"""Convert property values to and from Notion's wire format."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from photo_assets.sinks.notion.fields import Kind
from photo_assets.sinks.notion.text import pieces

Json = dict[str, Any]


def to_wire(kind: Kind, value: Any) -> Json:
    """Return the wire format of a value; None clears the property."""
    match kind:
        case Kind.TITLE | Kind.TEXT:
            texts = [{"type": "text", "text": {"content": part}} for part in pieces(value or "")]
            return {kind.value: texts}
        case Kind.NUMBER:
            return {kind.value: value}
        case Kind.SELECT:
            return {kind.value: None if value is None else {"name": value}}
        case Kind.MULTI:
            return {kind.value: [{"name": name} for name in value or ()]}
        case Kind.DATE:
            return {kind.value: None if value is None else {**value, "time_zone": None}}


def to_schema(kind: Kind) -> Json:
    """Return the configuration of a new property."""
    return {kind.value: {}}


def from_wire(sent: Mapping[str, Any]) -> Any:
    """Return the plain value of a page's property that has one of our kinds."""
    kind = Kind(sent["type"])
    value = sent.get(kind.value)
    match kind:
        case Kind.TITLE | Kind.TEXT:
            return "".join(part.get("plain_text", "") for part in value or ()) or None
        case Kind.SELECT:
            return value and value["name"]
        case Kind.MULTI:
            return [option["name"] for option in value or ()]
        case Kind.DATE:
            return value and {"start": value["start"], "end": value.get("end")}
        case Kind.NUMBER:
            return value


def says_the_same(kind: Kind, mine: Any, theirs: Any) -> bool:
    """Return whether two plain values are equal, regardless of the service's spelling."""
    return bool(_meaning(kind, mine) == _meaning(kind, theirs))


def _meaning(kind: Kind, value: Any) -> Any:
    match kind:
        case Kind.TITLE | Kind.TEXT:
            return unicodedata.normalize("NFC", value or "").strip()
        case Kind.SELECT:
            return _folded(value)
        case Kind.MULTI:
            return sorted({_folded(name) for name in value or ()})
        case Kind.DATE:
            return value and (_moment(value["start"]), _moment(value.get("end")))
        case Kind.NUMBER:
            return None if value is None else float(value)


def _folded(name: str | None) -> str:
    return unicodedata.normalize("NFC", name or "").strip().casefold()


def _moment(text: str | None) -> str | None:
    """Return a day unchanged, and an instant as its minute in UTC."""
    if text is None or "T" not in text:
        return text
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
