"""Read all pages of a data source, beyond the 10,000 results of a query.

As the vendor recommends: sorted by creation time, with a new query from the last time on, and each
page once.
"""

from collections.abc import Iterator
from typing import Any

from photo_assets.model.errors import PhotoAssetsError
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.limits import QUERY_RESULTS

Json = dict[str, Any]
_OLDEST_FIRST = [{"timestamp": "created_time", "direction": "ascending"}]
_NEWEST_FIRST = [{"timestamp": "created_time", "direction": "descending"}]


def all_pages(
    client: NotionClient, data_source: str, *, edited_since: str | None = None, trash: bool = False
) -> Iterator[Json]:
    """Yield every page once, oldest first; with `trash`, the pages in the trash instead.

    `edited_since`: only pages edited at or after that minute (ISO 8601). Raises `ServiceError`.
    """
    edited = None if edited_since is None else _since("last_edited_time", edited_since)
    seen: set[str] = set()
    start: str | None = None
    while True:
        filters = [one for one in (edited, start and _since("created_time", start)) if one]
        filter_ = filters[0] if len(filters) == 1 else ({"and": filters} if filters else None)
        last, new, results, whole = start, 0, 0, True
        for reply in _replies(client, data_source, filter_, trash=trash):
            results += len(reply["results"])
            for page in reply["results"]:
                if page.get("object") != "page" or page["id"] in seen:
                    continue
                seen.add(page["id"])
                new += 1
                last = page["created_time"]
                yield page
            whole = reply.get("request_status", {}).get("type") != "incomplete"
        if whole and results < QUERY_RESULTS:
            return
        if last == start and not new:
            raise PhotoAssetsError(
                f"More pages were created at {last} than a Notion query returns, so not all of "
                "them can be read.",
                hint="Move some of them to another database.",
            )
        start = last


def newest_pages(client: NotionClient, data_source: str) -> Iterator[list[Json]]:
    """Yield pages, newest first, one reply at a time."""
    cursor: str | None = None
    while True:
        reply = client.query(data_source, sorts=_NEWEST_FIRST, cursor=cursor)
        yield [page for page in reply["results"] if page.get("object") == "page"]
        cursor = reply.get("next_cursor")
        if cursor is None:
            return


def _replies(
    client: NotionClient, data_source: str, filter_: Json | None, *, trash: bool
) -> Iterator[Json]:
    cursor: str | None = None
    while True:
        reply = client.query(
            data_source, filter_=filter_, sorts=_OLDEST_FIRST, cursor=cursor, in_trash=trash
        )
        yield reply
        cursor = reply.get("next_cursor")
        if cursor is None:
            return


def _since(timestamp: str, moment: str) -> Json:
    return {"timestamp": timestamp, timestamp: {"on_or_after": moment}}
