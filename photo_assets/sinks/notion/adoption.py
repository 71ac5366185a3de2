"""Adopt existing pages that are not in the ledger, because it was lost or is out of date.

Pages are read from the newest on while unknown ones are found: after a crash these are the few that
were just created, after the loss of the ledger all pages.
"""

from collections.abc import Iterable
from typing import Any

from photo_assets.ledger import Ledger, SinkPages
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.desired import PAGES
from photo_assets.sinks.notion.limits import QUERY_RESULTS
from photo_assets.sinks.notion.pagination import all_pages, newest_pages
from photo_assets.sinks.notion.settings import NAME
from photo_assets.sinks.notion.wire import from_wire

_BATCH = 1000

Json = dict[str, Any]


def adopt_pages(client: NotionClient, ledger: Ledger, data_source: str, key_property: str) -> int:
    """Record the unknown pages with a photo's UUID; return their number.

    Of two pages with the same UUID, the older one is adopted; `verify` reports both. Raises
    `ServiceError`.
    """
    pages = SinkPages(ledger)
    known = pages.known(NAME, data_source, PAGES)
    ids = {page_id for page_id, _ in known.values()}
    found: list[tuple[str, str]] = []
    looked, latest = 0, ""
    for some in newest_pages(client, data_source):
        looked += len(some)
        latest = latest or (some[0]["created_time"] if some else "")
        unknown = [pair for pair in _keyed(some, key_property) if pair[0] not in known]
        found += unknown
        # Creation times have a precision of minutes: within the latest minute, the order is
        # unknown.
        old = [page["id"] for page in some if page["created_time"] < latest]
        if not unknown and not ids.isdisjoint(old):
            break
        if looked >= QUERY_RESULTS:
            return _adopt_all(client, pages, data_source, key_property)
    if not known:
        # Pages that people moved to the trash are recorded too, so that none is created again.
        found = [*_keyed(all_pages(client, data_source, trash=True), key_property), *found]
    return pages.adopt(NAME, data_source, PAGES, found[::-1]) if found else 0


def _adopt_all(client: NotionClient, pages: SinkPages, data_source: str, key_property: str) -> int:
    count = 0
    for trash in (False, True):
        some: list[tuple[str, str]] = []
        for pair in _keyed(all_pages(client, data_source, trash=trash), key_property):
            some.append(pair)
            if len(some) == _BATCH:
                count += pages.adopt(NAME, data_source, PAGES, some)
                some = []
        count += pages.adopt(NAME, data_source, PAGES, some)
    return count


def _keyed(pages: Iterable[Json], key_property: str) -> list[tuple[str, str]]:
    """Return (photo's UUID, page's id) of the pages with a UUID."""
    pairs = ((key_of(page, key_property), page["id"]) for page in pages)
    return [(key, page_id) for key, page_id in pairs if key]


def key_of(page: Json, key_property: str) -> str | None:
    """Return the photo's UUID on a page."""
    found = page["properties"].get(key_property)
    if found is None or found["type"] != "rich_text":
        return None
    text = from_wire(found)
    return text.strip() or None if text else None
