"""The order of a query's results."""

from collections.abc import Callable
from typing import Any

from photo_assets.sample.notion.errors import invalid
from photo_assets.sample.notion.objects import Page
from photo_assets.sample.notion.properties import Schema


def in_order(schema: Schema, pages: list[Page], sorts: list[dict[str, Any]]) -> list[Page]:
    """Return the sorted pages; the order of equal pages is undefined.

    Times are compared to the minute, as the service stores them; random ids break ties.
    """
    if not sorts:
        return pages
    ordered = sorted(pages, key=lambda page: page.id)
    for sort in reversed(sorts):
        ordered.sort(key=_key(schema, sort), reverse=sort["direction"] == "descending")
    return ordered


def _key(schema: Schema, sort: dict[str, Any]) -> Callable[[Page], Any]:
    if sort.get("timestamp") == "created_time":
        return lambda page: page.created // 60
    if sort.get("timestamp") == "last_edited_time":
        return lambda page: page.edited // 60
    prop = schema.find(sort["property"])
    if prop is None:
        raise invalid(f"Could not find sort property with name or id: {sort['property']}")
    id_ = prop.id
    match prop.type:
        case "title" | "rich_text" | "url" | "email" | "phone_number":
            return lambda page: page.plain.get(id_, "")
        case "number" | "checkbox":
            return lambda page: _nothing_last(page.values.get(id_))
        case "date":
            return lambda page: _nothing_last((page.values.get(id_) or {}).get("start"))
        case "select" | "status":
            return lambda page: _nothing_last((page.values.get(id_) or {}).get("name"))
        case "unique_id":
            return lambda page: page.number
        case "created_time":
            return lambda page: page.created // 60
        case "last_edited_time":
            return lambda page: page.edited // 60
    raise NotImplementedError(f"sort by {prop.type}")


def _nothing_last(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
