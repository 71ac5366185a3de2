"""One page of a list and its `Pages`, as recorded, with the recorded oddities on demand."""

from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from photo_assets_tests.services.smugmug.settings import Settings

T = TypeVar("T")


def page_of(
    things: Sequence[T], uri: str, kind: str, query: dict[str, str], settings: Settings
) -> tuple[list[T], dict[str, Any]]:
    """Return the requested things and `Pages`; `kind` is the name of the list in the settings."""
    asked = _whole(query.get("count"), settings.defaults[kind])
    count = max(1, min(asked, settings.clamps[kind]))
    start = max(1, _whole(query.get("start"), 1))
    if settings.repeats_last_page and start > len(things):
        start = max(1, len(things) - count + 1)
    chosen = list(things[start - 1 : start - 1 + count])
    total = len(things) + settings.total_off
    rest = {name: value for name, value in query.items() if name not in ("start", "count")}

    def at(first: int) -> str:
        return f"{uri}?{urlencode({**rest, 'start': first, 'count': count})}"

    pages: dict[str, Any] = {
        "Count": len(chosen),
        "FirstPage": at(1),
        "LastPage": at((max(total, 1) - 1) // count * count + 1),
        "RequestedCount": count,
        "Start": start,
        "Total": total,
    }
    if start > 1:
        pages["PrevPage"] = at(max(1, start - count))
    more = start + len(chosen) <= total
    if more and not (settings.first_page_names_no_next and start == 1):
        pages["NextPage"] = at(start + count)
    return chosen, pages


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() else otherwise
