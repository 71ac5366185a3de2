"""The filters of a query: which pages match."""

from collections.abc import Callable
from typing import Any

from photo_assets.sample.notion.clock import minute_of
from photo_assets.sample.notion.errors import invalid
from photo_assets.sample.notion.objects import DataSource, Page
from photo_assets.sample.notion.properties import Property, Schema

Meets = Callable[[Page], bool]
_TEXT = {"title", "rich_text", "url", "email", "phone_number"}


def compiled(schema: Schema, sent: dict[str, Any]) -> Meets:
    """Return a function that checks whether a page matches; raise for an unknown property."""
    if "and" in sent or "or" in sent:
        key, join = ("and", all) if "and" in sent else ("or", any)
        parts = [compiled(schema, part) for part in sent[key]]
        return lambda page: join(part(page) for part in parts)
    if "timestamp" in sent:
        return _timestamp(sent)
    return _property(schema, sent)


def candidates(source: DataSource, sent: dict[str, Any]) -> list[Page]:
    """Return candidate pages that may match the filter, in the order of their creation."""
    for part in (sent, *sent.get("and", ())):
        prop = source.schema.find(part.get("property", ""))
        text = part.get(prop.type, {}).get("equals") if prop and prop.type in _TEXT else None
        # Pages that never had a text are not indexed under the empty text.
        if prop and text:
            found = source.by_text.get((prop.id, text), {})
            return sorted(found.values(), key=lambda page: page.number)
    return source.pages


def _timestamp(sent: dict[str, Any]) -> Meets:
    kind = sent["timestamp"]
    ((condition, bound),) = sent[kind].items()
    compare = _comparing(condition, minute_of(bound))
    if kind == "created_time":
        return lambda page: compare(page.created // 60 * 60)
    return lambda page: compare(page.edited // 60 * 60)


def _property(schema: Schema, sent: dict[str, Any]) -> Meets:
    prop = schema.find(sent["property"])
    if prop is None:
        raise invalid(f"Could not find property with name or id: {sent['property']}")
    kind = next(key for key in sent if key not in ("property", "type"))
    if kind != prop.type:
        raise invalid(f"database property {prop.type} does not match filter {kind}")
    ((condition, bound),) = sent[kind].items()
    if kind in _TEXT:
        return _text(prop.id, condition, bound)
    if kind == "unique_id":
        compare = _comparing(condition, bound)
        return lambda page: compare(page.number)
    if condition in ("is_empty", "is_not_empty"):
        return _emptiness(prop.id, condition)
    return _value(prop, condition, bound)


def _emptiness(id_: str, condition: str) -> Meets:
    wanted = condition == "is_not_empty"
    return lambda page: (page.values.get(id_) not in (None, [])) == wanted


def _text(id_: str, condition: str, bound: Any) -> Meets:
    match condition:
        case "equals":
            return lambda page: page.plain.get(id_, "") == bound
        case "does_not_equal":
            return lambda page: page.plain.get(id_, "") != bound
        case "contains":
            return lambda page: bound.lower() in page.plain.get(id_, "").lower()
        case "does_not_contain":
            return lambda page: bound.lower() not in page.plain.get(id_, "").lower()
        case "starts_with":
            return lambda page: page.plain.get(id_, "").startswith(bound)
        case "ends_with":
            return lambda page: page.plain.get(id_, "").endswith(bound)
        case "is_empty":
            return lambda page: not page.plain.get(id_)
        case "is_not_empty":
            return lambda page: bool(page.plain.get(id_))
    raise NotImplementedError(f"filter {condition}")


def _value(prop: Property, condition: str, bound: Any) -> Meets:
    id_ = prop.id
    match prop.type:
        case "checkbox":
            wanted = bound if condition == "equals" else not bound
            return lambda page: bool(page.values.get(id_, False)) == wanted
        case "number":
            compare = _comparing(condition, bound)
            return lambda page: compare(page.values.get(id_))
        case "date":
            when = _comparing(condition, minute_of(bound))
            return lambda page: when(_start(page.values.get(id_)))
        case "select" | "status":
            equal = condition == "equals"
            return lambda page: ((page.values.get(id_) or {}).get("name") == bound) == equal
        case "multi_select":
            contains = condition == "contains"
            return lambda page: (
                any(option["name"] == bound for option in page.values.get(id_, [])) == contains
            )
    raise NotImplementedError(f"filter on {prop.type}")


def _start(date: dict[str, Any] | None) -> float | None:
    return minute_of(date["start"]) if date else None


def _comparing(condition: str, bound: Any) -> Callable[[Any], bool]:
    """Return the comparison; an empty value is neither before nor after any other."""
    match condition:
        case "equals":
            return lambda value: bool(value == bound)
        case "does_not_equal":
            return lambda value: bool(value != bound)
        case "before" | "less_than":
            return lambda value: value is not None and value < bound
        case "after" | "greater_than":
            return lambda value: value is not None and value > bound
        case "on_or_before" | "less_than_or_equal_to":
            return lambda value: value is not None and value <= bound
        case "on_or_after" | "greater_than_or_equal_to":
            return lambda value: value is not None and value >= bound
    raise NotImplementedError(f"condition {condition}")
