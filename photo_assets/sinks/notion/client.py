"""Notion's API for the sink: one rate-limited call per method, with validated replies.

notion-client silently drops unknown arguments, so all arguments are defined here, once. Its own
retries are disabled.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from photo_assets.service_calls import MalformedReplyError, RateLimitedCaller
from photo_assets.sinks.notion.faults import classify
from photo_assets.sinks.notion.limits import PAGE_SIZE
from photo_assets.sinks.protocol import SinkNotReadyError

VERSION: Final = "2025-09-03"
"""The API version that this module supports; Notion keeps it available."""

Json = dict[str, Any]
T = TypeVar("T")


class NotionClient:
    """The calls. May be used by several threads; all raise what `RateLimitedCaller.call` raises."""

    def __init__(self, token: str, base_url: str, caller: RateLimitedCaller) -> None:
        try:
            from notion_client import Client
        except ImportError:
            raise SinkNotReadyError(
                "The Notion client is not installed.", hint="pip install 'photo_assets[notion]'."
            ) from None
        self.caller = caller
        self._api = Client(
            auth=token,
            base_url=base_url.rstrip("/"),
            notion_version=VERSION,
            timeout_ms=round(caller.policy.timeout_s * 1000),
            retry=False,
            logger=_silent(),
            log_level=logging.CRITICAL,
        )

    def me(self) -> Json:
        """Return the bot that the token belongs to."""
        return self._get("retrieve the token's integration", "user", self._api.users.me)

    def database(self, id_: str) -> Json:
        """Return a database, with the list of its data sources."""
        return self._get("the database", "database", lambda: self._api.databases.retrieve(id_))

    def data_source(self, id_: str) -> Json:
        """Return a data source, with its properties."""
        return self._get(
            "the data source", "data_source", lambda: self._api.data_sources.retrieve(id_)
        )

    def create_database(self, parent: str, title: str, properties: Json) -> Json:
        """Create a database with one data source under a page. Not repeatable."""
        return self._post(
            "make the database",
            "database",
            lambda: self._api.databases.create(
                parent={"type": "page_id", "page_id": parent},
                title=[{"type": "text", "text": {"content": title}}],
                initial_data_source={"properties": properties},
            ),
        )

    def change_properties(self, id_: str, properties: Json) -> Json:
        """Add or change properties of a data source; other properties stay unchanged."""
        return self._get(
            "change properties",
            "data_source",
            lambda: self._api.data_sources.update(id_, properties=properties),
        )

    def query(
        self,
        id_: str,
        *,
        filter_: Json | None = None,
        sorts: Sequence[Json] = (),
        cursor: str | None = None,
        page_size: int = PAGE_SIZE,
        in_trash: bool = False,
    ) -> Json:
        """Return one page of a query's results."""
        arguments: Json = {"page_size": page_size}
        if filter_ is not None:
            arguments["filter"] = filter_
        if sorts:
            arguments["sorts"] = list(sorts)
        if cursor is not None:
            arguments["start_cursor"] = cursor
        if in_trash:
            arguments["in_trash"] = True
        return self._get(
            "query the data source",
            "list",
            lambda: self._api.data_sources.query(id_, **arguments),
        )

    def search(self, kind: str, text: str = "") -> Iterator[Json]:
        """Yield the pages or data sources (`kind`) that the integration can access."""
        cursor: str | None = None
        while True:
            arguments: Json = {
                "filter": {"property": "object", "value": kind},
                "page_size": PAGE_SIZE,
            }
            if text:
                arguments["query"] = text
            if cursor is not None:
                arguments["start_cursor"] = cursor
            reply = self._search(arguments)
            yield from reply["results"]
            cursor = reply.get("next_cursor")
            if cursor is None:
                return

    def _search(self, arguments: Json) -> Json:
        return self._get("search", "list", lambda: self._api.search(**arguments))

    def page(self, id_: str) -> Json:
        """Return a page."""
        return self._get("retrieve a page", "page", lambda: self._api.pages.retrieve(id_))

    def create_page(self, data_source: str, properties: Json, cover: Json | None) -> Json:
        """Create a page. Not repeatable: Notion has no unique key that prevents a second one."""
        arguments: Json = {
            "parent": {"type": "data_source_id", "data_source_id": data_source},
            "properties": properties,
        }
        if cover is not None:
            arguments["cover"] = cover
        return self._post("make a page", "page", lambda: self._api.pages.create(**arguments))

    def update_page(
        self, id_: str, properties: Json, cover: Json | None = None, *, uncover: bool = False
    ) -> Json:
        """Set properties of a page, and its cover if one is given; `uncover`: remove the cover."""
        arguments: Json = {"properties": properties}
        if cover is not None or uncover:
            arguments["cover"] = cover
        return self._get("update a page", "page", lambda: self._api.pages.update(id_, **arguments))

    def create_upload(self, file_name: str, content_type: str) -> Json:
        """Create a single-part file upload. An unused upload expires automatically."""
        return self._get(
            "announce a cover",
            "file_upload",
            lambda: self._api.file_uploads.create(
                mode="single_part", filename=file_name, content_type=content_type
            ),
        )

    def send_upload(self, id_: str, file_name: str, content: bytes, content_type: str) -> Json:
        """Send the file of an upload. Not repeatable: an upload accepts one file."""
        return self._post(
            "send a cover",
            "file_upload",
            lambda: self._api.file_uploads.send(id_, file=(file_name, content, content_type)),
        )

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _get(self, what: str, kind: str, send: Callable[[], Any]) -> Json:
        return self._call(what, kind, send, repeatable=True)

    def _post(self, what: str, kind: str, send: Callable[[], Any]) -> Json:
        return self._call(what, kind, send, repeatable=False)

    def _call(self, what: str, kind: str, send: Callable[[], Any], *, repeatable: bool) -> Json:
        return self.caller.call(
            what, lambda: _object(send(), kind), classify=classify, repeatable=repeatable
        )


def _object(reply: Any, kind: str) -> Json:
    if not isinstance(reply, Mapping) or reply.get("object") != kind:
        raise MalformedReplyError(f"it is not a {kind.replace('_', ' ')}")
    if kind == "list" and not isinstance(reply.get("results"), list):
        raise MalformedReplyError("it is a list without results")
    if kind != "list" and not isinstance(reply.get("id"), str):
        raise MalformedReplyError(f"it is a {kind.replace('_', ' ')} without an id")
    return dict(reply)


def _silent() -> logging.Logger:
    """Return a silent logger: the caller reports errors."""
    logger = logging.Logger("photo_assets.notion", logging.CRITICAL)
    logger.addHandler(logging.NullHandler())
    return logger
