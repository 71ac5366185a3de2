"""Reading a whole list by its pages, although it may change meanwhile.

The service pages by position. Each page after the first begins with the last entry of the page
before it: if another entry is there, entries were added or removed, and the list is read again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from photo_assets.catalogs.online.service import Record
from photo_assets.catalogs.smugmug.client import Reply
from photo_assets.model.canonical import canonical
from photo_assets.model.errors import CatalogUnavailableError

_TRIES: Final = 4

Fetch = Callable[[int, int], Reply]
"""(start, count) -> a page; `start` counts from 1."""


@dataclass(slots=True)
class Whole:
    """All entries in order, and what the pages expanded."""

    objects: list[Record] = field(default_factory=list)
    expansions: dict[str, Any] = field(default_factory=dict)


def read_whole(fetch: Fetch, identity: str, count: int, what: str) -> Whole:
    """Return the list, `count` entries a page; `identity` is the field that tells entries apart.

    Raises `CatalogUnavailableError` if `what` changes each time that it is read, and the errors of
    `fetch`.
    """
    for _ in range(_TRIES):
        whole = _read_once(fetch, identity, count)
        if whole is not None:
            return whole
    raise CatalogUnavailableError(
        f"SmugMug's {what} changed each time while it was listed.",
        hint="It is listed again at the next check; nothing was lost.",
    )


def _read_once(fetch: Fetch, identity: str, count: int) -> Whole | None:
    """Return the list; None if entries moved between two pages."""
    whole = Whole()
    seen: set[str] = set()
    start = 1
    while True:
        overlap = 0 if start == 1 else 1
        reply = fetch(start - overlap, count + overlap)
        page = reply.objects
        if overlap:
            if not page or _key(page[0], identity) != _key(whole.objects[-1], identity):
                return None
            page = page[1:]
        found = {_key(one, identity): one for one in page}
        fresh = found.keys() - seen
        if fresh and len(fresh) < len(found):
            return None
        whole.objects += [one for key, one in found.items() if key in fresh]
        whole.expansions.update(reply.expansions)
        seen |= fresh
        start = reply.start + len(reply.objects)
        if not fresh or _is_last(reply, start):
            return whole


def _is_last(reply: Reply, following: int) -> bool:
    """Return whether a page is the last one, by two of its signs.

    A page that names no next one has been recorded although more followed, and so has a total far
    above the truth: the end is where no next page is named and either the total is reached or the
    page is not full. Otherwise the next page is requested, and brings nothing.
    """
    if reply.continues:
        return False
    return following > reply.total or len(reply.objects) < reply.requested


def _key(one: Record, identity: str) -> str:
    """Return what tells an entry apart: its key, or all of it where it states none."""
    key = one.get(identity)
    return key if isinstance(key, str) and key else canonical(one)
