"""The form of Flickr's replies, checked: what is not as documented is a `MalformedReplyError`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from photo_assets.catalogs.flickr.values import whole
from photo_assets.catalogs.online.contents import LONGER_SIDE
from photo_assets.service_calls import MalformedReplyError

Json = Mapping[str, Any]

_PREVIEWS: Final = frozenset(
    ("Thumbnail", "Small", "Small 320", "Small 400", "Medium", "Medium 640", "Medium 800", "Large")
)
"""Labels of versions that show the whole picture: those named Square are cropped."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: its entries, each with an id; its number, and how many pages and entries there are.

    The numbers are the service's at that moment; `pages` is its own sign of the end.
    """

    entries: list[dict[str, Any]]
    page: int
    pages: int
    total: int

    @property
    def is_last(self) -> bool:
        """Return whether no page follows."""
        return not self.entries or self.page >= self.pages


def ok(reply: Any) -> Json:
    """Return a reply that states success. Raises `MalformedReplyError`."""
    if not isinstance(reply, dict) or reply.get("stat") != "ok":
        raise MalformedReplyError("a reply without stat=ok")
    return reply


def listed(reply: Json, outer: str, inner: str) -> Listed:
    """Return the page `inner` in the object `outer`. Raises `MalformedReplyError`."""
    envelope = _object(reply, outer)
    entries = envelope.get(inner)
    numbers = [whole(envelope.get(name)) for name in ("page", "pages", "total")]
    page, pages, total = (-1 if number is None else number for number in numbers)
    if not isinstance(entries, list) or page < 1 or min(pages, total) < 0:
        raise MalformedReplyError(f"{outer} is not a page")
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry["id"]:
            raise MalformedReplyError(f"{outer} has an entry without id")
    return Listed(entries, page, pages, total)


def tags(reply: Json) -> list[dict[str, Any]]:
    """Return the tags of tags.getListUserRaw. Raises `MalformedReplyError`."""
    inner = _object(reply, "who").get("tags")
    found = inner.get("tag", []) if isinstance(inner, dict) else None
    if not isinstance(found, list) or not all(
        isinstance(tag, dict) and "clean" in tag for tag in found
    ):
        raise MalformedReplyError("who is not a list of tags")
    return found


def original(reply: Json) -> str | None:
    """Return the address of the original in photos.getSizes, None if there is none.

    Whoever has it can read the file: it is neither stored nor shown. Raises `MalformedReplyError`.
    """
    found = (one.get("source") for one in _sizes(reply) if one.get("label") == "Original")
    return next((url for url in found if isinstance(url, str)), None)


def preview(reply: Json) -> str | None:
    """Return the address of the smallest version with a picture's proportions, None if none is.

    A photo that is smaller than all has its largest version. Otherwise as `original`.
    """
    found: dict[int, str] = {}
    for one in _sizes(reply):
        sides, url = [whole(one.get(side)) or 0 for side in ("width", "height")], one.get("source")
        if one.get("label") in _PREVIEWS and isinstance(url, str):
            found.setdefault(max(sides), url)
    enough = [side for side in found if side >= LONGER_SIDE]
    return found[min(enough, default=max(found))] if found else None


def _sizes(reply: Json) -> list[dict[str, Any]]:
    sizes = _object(reply, "sizes").get("size")
    if not isinstance(sizes, list) or not all(isinstance(one, dict) for one in sizes):
        raise MalformedReplyError("sizes is not a list")
    return sizes


def _object(reply: Json, name: str) -> Json:
    found = reply.get(name)
    if not isinstance(found, dict):
        raise MalformedReplyError(f"a reply without {name}")
    return found
