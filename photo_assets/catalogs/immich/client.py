"""Immich's API for the catalog: one rate-limited call per method, with checked replies.

Nothing is written. What the replies mean is decided in other modules.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import (
    Fault,
    MalformedReplyError,
    PermanentServiceError,
    RateLimitedCaller,
    classify_http,
)
from photo_assets.service_calls.download import Download
from photo_assets.service_calls.read_list import Read, ReadList
from photo_assets.service_calls.read_only import read_only_transport

PAGE_SIZE: Final = 1_000
"""The largest page of POST /search/metadata; a larger size is refused with status 400."""

_REQUIRED: Final = ("ownerId", "updatedAt", "fileCreatedAt")

READS: Final = (
    *(Read("GET", f"/api/{what}") for what in ("users/me", "albums", "tags", "stacks")),
    Read("GET", "/api/assets/*/original"),
    Read("GET", "/api/assets/*/thumbnail", {"size": frozenset({"thumbnail"})}),
    Read("POST", "/api/search/metadata"),  # a search; its criteria are in the body
)
"""All calls that are made."""

Json = dict[str, Any]


class ImmichClient:
    """The calls of one account; all raise what `RateLimitedCaller.call` raises."""

    def __init__(self, endpoint: str, key: str, caller: RateLimitedCaller) -> None:
        try:
            import httpx
        except ImportError:
            raise CatalogUnavailableError(
                "The library that reads Immich is not installed.",
                hint="pip install 'photo_assets[immich]' -c deploy/constraints.txt",
            ) from None
        self.caller = caller
        self.server_time = datetime.fromtimestamp(time.time(), UTC)
        """The server's clock at its last reply."""
        self.not_permitted: set[str] = set()
        """What the API key may not see, for people."""
        self._http = httpx.Client(
            base_url=endpoint.rstrip("/") + "/api/",
            headers={"x-api-key": key, "accept": "application/json"},
            timeout=caller.policy.timeout_s,
            transport=read_only_transport(ReadList([endpoint], READS)),
        )

    def me(self) -> str:
        """Return the id of the account that the key belongs to."""
        return str(_field(self._call("the account", "GET", "users/me"), "id", str))

    def search(self, what: str, **query: Any) -> tuple[list[Json], str | None]:
        """Return one page of assets, and the number of the next page."""
        reply = self._call(what, "POST", "search/metadata", {"size": PAGE_SIZE, **query})
        assets = _field(reply, "assets", dict)
        following = assets.get("nextPage")
        if following is not None and not str(following).isdigit():
            raise _malformed(what)
        found = _records(assets.get("items"), what)
        if not all(isinstance(asset.get(name), str) for asset in found for name in _REQUIRED):
            raise _malformed(what)
        return found, None if following is None else str(following)

    def search_all(self, what: str, **query: Any) -> Iterator[Json]:
        """Yield the assets of all pages."""
        page: str | None = "1"
        while page is not None:
            found, page = self.search(what, page=int(page), **query)
            yield from found

    def albums(self) -> list[Json]:
        """Return the albums, without their assets."""
        return self._list("albums", "albums")

    def tags(self) -> list[Json]:
        """Return the tags."""
        return self._list("tags", "tags")

    def stacks(self) -> list[Json]:
        """Return the stacks, with their assets."""
        return self._list("stacks", "stacks")

    def original(self, asset: str, download: Download) -> None:
        """Ask for an asset's file, as it was uploaded or lies in an external library."""
        self._download("an original", f"assets/{asset}/original", download)

    def preview(self, asset: str, download: Download) -> None:
        """Ask for an asset's thumbnail: the whole picture, upright, its shorter side 250 pixels."""
        self._download("a preview", f"assets/{asset}/thumbnail?size=thumbnail", download)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _download(self, what: str, path: str, download: Download) -> None:
        def send() -> None:
            headers = {"accept": "*/*", **download.headers()}
            with self._http.stream("GET", path, headers=headers) as reply:
                if reply.status_code not in (200, 206, 416):
                    reply.raise_for_status()
                download.take(reply.status_code, reply.headers, reply.iter_raw())

        self.caller.call(what, send, classify=_classify, repeatable=True)

    def _list(self, what: str, path: str) -> list[Json]:
        """Return a list, empty where the key lacks the permission; the gap is noted."""
        try:
            reply = self._call(what, "GET", path)
        except PermanentServiceError as error:
            if error.fault.status != 403:
                raise
            self.not_permitted.add(what)
            return []
        return _records(reply, what)

    def _call(self, what: str, method: str, path: str, body: Json | None = None) -> Any:
        def send() -> Any:
            reply = self._http.request(method, path, json=body)
            if reply.is_error or reply.is_redirect:
                reply.raise_for_status()
            content = reply.json()
            if not isinstance(content, dict | list):
                raise MalformedReplyError(f"{what}: no JSON object")
            self._note_time(reply.headers)
            return content

        return self.caller.call(what, send, classify=_classify, repeatable=True)

    def _note_time(self, headers: Mapping[str, str]) -> None:
        stated = headers.get("date")
        try:
            self.server_time = parsedate_to_datetime(stated or "").astimezone(UTC)
        except ValueError:
            self.server_time = datetime.fromtimestamp(time.time(), UTC)


def _classify(error: Exception) -> Fault:
    fault = classify_http(error)
    if fault is None:
        raise error
    return fault


def _field(reply: Any, name: str, kind: type) -> Any:
    value = reply.get(name) if isinstance(reply, dict) else None
    if not isinstance(value, kind):
        raise MalformedReplyError(f"no {name}")
    return value


def _records(value: Any, what: str) -> list[Json]:
    if not isinstance(value, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in value
    ):
        raise _malformed(what)
    return value


def _malformed(what: str) -> MalformedReplyError:
    return MalformedReplyError(f"{what}: not in the documented form")
