"""Pagination: a slice of a list from a cursor on, and its reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from photo_assets.sample.notion.errors import invalid
from photo_assets.sample.notion.limits import check_page_size
from photo_assets.sample.notion.settings import Settings


class HasId(Protocol):
    """An object that a cursor can refer to."""

    id: str


Item = TypeVar("Item", bound=HasId)


@dataclass
class Slice(Generic[Item]):
    """Some items, and the id of the first item of the next slice."""

    items: Sequence[Item]
    next: str | None


def sliced(items: Sequence[Item], arguments: dict[str, Any], settings: Settings) -> Slice[Item]:
    size = check_page_size(arguments.get("page_size"), settings)
    cursor = arguments.get("start_cursor")
    start = 0
    if cursor is not None:
        at = (index for index, item in enumerate(items) if item.id == cursor)
        start = next(at, -1)
        if start < 0:
            raise invalid(f"The start_cursor provided is invalid: {cursor}")
    end = start + size
    return Slice(items[start:end], items[end].id if end < len(items) else None)


def list_reply(kind: str, results: list[Any], next_: str | None) -> dict[str, Any]:
    return {
        "object": "list",
        "results": results,
        "next_cursor": next_,
        "has_more": next_ is not None,
        "type": kind,
        kind: {},
    }
