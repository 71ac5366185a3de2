"""Going through numbered pages while entries are added and removed.

Flickr lists the newest entries first. One that is added meanwhile moves the others down, so that
some come twice. One that is removed moves them up, so that the first of the next page is then the
last of a page that was read already: if the number of entries has become smaller, the page before
is read again. The end is Flickr's own sign, the number of pages, which each reply states anew; some
lists promise more pages than they have, and repeat the last one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from photo_assets.catalogs.flickr.replies import Listed


@dataclass(frozen=True, slots=True)
class Found:
    """The entries of a page, maybe with some of the page before. `next`: where to continue.

    `joined` False: so many entries were removed that some may have been missed, or the page is a
    repetition of the one before, so that the rest cannot be had.
    """

    entries: list[dict[str, Any]]
    next: str | None
    joined: bool = True


def in_order(
    read: Callable[[int], Listed], per_page: int, after: str | None = None
) -> Iterator[Found]:
    """Yield the pages that `read` returns by number, from the `next` of an earlier one on."""
    number, total = (int(part) for part in (after or "1/0").split("/"))
    before: list[str] = []
    while True:
        listed, removed, earlier = read(number), 0, total
        entries = listed.entries
        while number > 1 and listed.total < total:
            again = read(number - 1)
            removed += total - listed.total + max(0, listed.total - again.total)
            total = again.total
            listed = read(number)
            entries = [*entries, *again.entries, *listed.entries]
        total = listed.total
        ids = [entry["id"] for entry in listed.entries]
        repeats = bool(ids) and ids == before and total == earlier
        next_ = None if listed.is_last or repeats else f"{number + 1}/{total}"
        yield Found(entries, next_, joined=removed <= per_page and not repeats)
        if next_ is None:
            return
        number, before = number + 1, ids
