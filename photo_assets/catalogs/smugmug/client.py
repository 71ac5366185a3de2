"""Calls of SmugMug's API: signed, limited to reads, and each reply checked to be one.

What is asked for is decided in `service`. A call is signed anew each time that it is sent, because
the service refuses a signature that it has seen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from photo_assets.catalogs.online.contents import LONGER_SIDE
from photo_assets.catalogs.online.service import Record
from photo_assets.catalogs.smugmug.settings import FILES_ENDPOINT
from photo_assets.catalogs.smugmug.values import count
from photo_assets.media.content import Absence, RemoteContentError
from photo_assets.service_calls import (
    Fault,
    FaultKind,
    MalformedReplyError,
    RateLimitedCaller,
    classify_http,
    classify_status,
)
from photo_assets.service_calls.download import Download, get_into
from photo_assets.service_calls.read_list import Read, ReadList
from photo_assets.service_calls.read_only import read_only_session

if TYPE_CHECKING:
    import requests

API: Final = "/api/v2"
_ADDRESS: Final = '{"filter":["ImageKey","ArchivedUri"],"filteruri":[]}'
READS: Final = (
    Read("GET", "/api/v2!authuser"),
    Read("GET", "/api/v2/user/*!albums"),
    Read("GET", "/api/v2/album/*!images"),
    Read("GET", "/api/v2/image/*-*", {"_config": frozenset({_ADDRESS})}),
    Read("GET", "/api/v2/image/*-*!sizedetails"),
)
FILE_READS: Final = (Read("GET", "/photos/**"),)
"""All requests to the server of the files."""

_SIZES: Final = tuple(f"ImageSize{size}" for size in ("Thumb", "Small", "Medium", "Large"))
"""Versions that show the whole picture, the smallest first: Tiny may be cropped to a square."""

_PLACE: Final = ("Start", "RequestedCount", "Total")
_REMAINING: Final = "X-RateLimit-Remaining"
_PROBLEM: Final = re.compile(r"oauth_problem=(\w+)")


@dataclass(frozen=True, slots=True)
class Reply:
    """The useful part of a reply: objects, their expansions, and the place of a page in its list.

    `start` counts from 1. `requested` is the count in force, which the service may have lowered.
    `continues`: it names a next page.
    """

    objects: list[Record]
    expansions: Mapping[str, Any]
    start: int = 1
    requested: int = 0
    total: int = 0
    continues: bool = False


class SmugMugClient:
    """One account. `values`: those of its sign-in (`sign_in.access`).

    `calls` are all that may be sent to the API: reads, unless a subclass outside the catalogs adds
    others.
    """

    calls: ClassVar[tuple[Read, ...]] = READS

    def __init__(
        self,
        endpoint: str,
        values: Mapping[str, Any],
        caller: RateLimitedCaller,
        timeout_s: float,
        files_endpoint: str = FILES_ENDPOINT,
    ) -> None:
        from requests_oauthlib import OAuth1Session

        self.caller = caller
        self.calls_left: int | None = None
        self._endpoint = endpoint.rstrip("/")
        self._timeout_s = timeout_s
        self._files_endpoint = files_endpoint.rstrip("/")

        def session(endpoint: str, reads: tuple[Read, ...]) -> "requests.Session":
            names = ("client_id", "client_secret", "token", "token_secret")
            signing = OAuth1Session(*(values[name] for name in names))
            return read_only_session(signing, ReadList((endpoint,), reads))

        self._session = session(self._endpoint, self.calls)
        self._files = session(self._files_endpoint, FILE_READS)

    def get(self, path: str, locator: str, **query: str | int) -> Reply:
        """Return the objects at a path below /api/v2, which the reply calls `locator`.

        Raises `ServiceError`.
        """
        what = f"GET {API}{path}"
        return self.caller.call(
            what,
            lambda: read_reply(self._send("GET", path, query), locator),
            classify=classify,
            repeatable=True,
        )

    def original(self, image: str, download: Download) -> None:
        """Ask for the file of an image (key and serial), at the address that its owner is given.

        Raises `RemoteContentError` if the service gives none, or one at another server.
        """
        found = self.get(f"/image/{image}", "Image", _config=_ADDRESS).objects
        url = found[0].get("ArchivedUri") if found else None
        if not isinstance(url, str):
            raise RemoteContentError(Absence.NO_ORIGINAL)
        self._download("an original", url, download)

    def preview(self, image: str, download: Download) -> None:
        """Ask for a small version of an image; otherwise as `original`."""
        found = self.get(f"/image/{image}!sizedetails", "ImageSizeDetails").objects
        url = _small_version(found[0]) if found else None
        if url is None:
            raise RemoteContentError(Absence.NO_PREVIEW)
        self._download("a preview", url, download)

    def _download(self, what: str, url: str, download: Download) -> None:
        if not url.startswith(f"{self._files_endpoint}/photos/"):
            detail = "SmugMug names a server for the file that is not the one of files_endpoint."
            raise RemoteContentError(Absence.REFUSED, detail)
        self.caller.call(
            what,
            lambda: get_into(self._files, url, download, self._timeout_s),
            classify=classify,
            repeatable=True,
        )

    def _send(
        self, method: str, path: str, query: Mapping[str, str | int], body: object = None
    ) -> Any:
        """Send a call and return the JSON of its reply; `body` is sent as JSON."""
        import requests

        reply = self._session.request(
            method,
            f"{self._endpoint}{API}{path}",
            params={**query, "_verbosity": 1},
            json=body,
            headers={"Accept": "application/json"},
            timeout=self._timeout_s,
            allow_redirects=False,
        )
        left = reply.headers.get(_REMAINING, "")
        self.calls_left = int(left) if left.isdecimal() else self.calls_left
        if reply.status_code != 200:
            raise requests.HTTPError(response=reply)
        return reply.json()


def read_reply(body: Any, locator: str) -> Reply:
    """Return a reply of the documented form. Raises `MalformedReplyError` for any other."""
    response = body.get("Response") if isinstance(body, dict) else None
    if not isinstance(response, dict) or body.get("Code") != 200:
        raise MalformedReplyError("the reply is not one of the API")
    objects, pages = response.get(locator), response.get("Pages")
    if pages is None and isinstance(objects, dict):
        return Reply([objects], _expansions(body))
    found = objects or []  # an empty list is not named
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise MalformedReplyError(f"the reply has no list of {locator}")
    if not isinstance(pages, dict) or not all(isinstance(pages.get(name), int) for name in _PLACE):
        raise MalformedReplyError(f"the reply has no page of {locator}")
    start, requested, total = (pages[name] for name in _PLACE)
    return Reply(found, _expansions(body), start, requested, total, "NextPage" in pages)


def _small_version(sizes: Record) -> str | None:
    """Return the address of the smallest version that is large enough, else of the largest."""
    url = None
    for name in _SIZES:
        one = sizes.get(name)
        if isinstance(one, dict) and isinstance(one.get("Url"), str):
            url = str(one["Url"])
            if max(count(one.get(side)) or 0 for side in ("Width", "Height")) >= LONGER_SIDE:
                break
    return url


def _expansions(body: Record) -> Mapping[str, Any]:
    expansions = body.get("Expansions")
    return expansions if isinstance(expansions, dict) else {}


def classify(error: Exception) -> Fault:
    """Return the fault for an error of the HTTP client, with the service's own words.

    Its code is the problem that the service has with a signature, such as `token_rejected`.
    """
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        reply = error.response
        message = _message(reply)
        problem = _PROBLEM.search(message or "")
        code = problem[1] if problem else None
        return classify_status(reply.status_code, reply.headers, message=message, code=code)
    known = classify_http(error)
    if known is not None:
        return known
    return Fault(FaultKind.AMBIGUOUS, f"The call failed: {type(error).__name__}")


def _message(reply: "requests.Response") -> str | None:
    try:
        body = reply.json()
    except ValueError:
        return None
    message = body.get("Message") if isinstance(body, dict) else None
    return message[:200] if isinstance(message, str) else None
