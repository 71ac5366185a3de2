"""Flickr's API by flickrapi: signed, read-only, with a timeout, each reply checked.

flickrapi hides the status of a failed reply and writes its body to the log; a hook of the session
raises first. Its own store of tokens, which is a readable file, is not used. Calls are repeated by
`RateLimitedCaller`, each time with a new signature.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qs

from photo_assets.catalogs.flickr import replies
from photo_assets.catalogs.flickr.settings import FILES_ENDPOINT
from photo_assets.media.content import Absence, RemoteContentError
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import Fault, FaultKind, MalformedReplyError, RateLimitedCaller
from photo_assets.service_calls.download import Download, get_into
from photo_assets.service_calls.http import classify_http, classify_status
from photo_assets.service_calls.read_list import Read, ReadList
from photo_assets.service_calls.read_only import read_only_session

if TYPE_CHECKING:
    import requests

REST: Final = "/services/rest/"

METHODS: Final = frozenset(
    f"flickr.{name}"
    for name in (
        *("people.getPhotos", "photos.recentlyUpdated", "photosets.getList"),
        *("photosets.getPhotos", "tags.getListUserRaw", "photos.getSizes"),
    )
)
"""All that the reader calls. Flickr names the action in a parameter; every call is a POST."""

READS: Final = (Read("POST", REST, {"method": METHODS}),)
FILE_READS: Final = (Read("GET", "/*/*"),)
"""All requests to the server of the files, which get no signature: a file's address is its key."""

_UNAVAILABLE: Final = frozenset({0, 10, 105, 106, 201})
"""Codes of a service that is down for a while."""

T = TypeVar("T")


class FlickrClient:
    """The calls of one account. `values`: the stored sign-in.

    Raises `CatalogUnavailableError` if flickrapi is not installed.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        endpoint: str,
        caller: RateLimitedCaller,
        files_endpoint: str = FILES_ENDPOINT,
    ) -> None:
        try:
            import flickrapi
            import requests
            from flickrapi.auth import FlickrAccessToken
        except ImportError:
            raise CatalogUnavailableError(
                "The package flickrapi is not installed, which reads Flickr.",
                hint="pip install -c deploy/constraints.txt 'photo_assets[sign-in,flickr]'",
            ) from None

        self.caller = caller
        token = FlickrAccessToken(values["token"], values["token_secret"], "read")
        self._api = flickrapi.FlickrAPI(
            values["client_id"],
            values["client_secret"],
            token=token,
            format="parsed-json",
            timeout=caller.policy.timeout_s,
        )
        self._api.REST_URL = endpoint.rstrip("/") + REST
        session = read_only_session(requests.Session(), ReadList((endpoint,), READS))
        session.hooks["response"] = [_require_success]
        # flickrapi shares one session among all its objects.
        self._api.flickr_oauth.session = session
        self._files_endpoint = files_endpoint.rstrip("/")
        self._files = read_only_session(
            requests.Session(), ReadList((self._files_endpoint,), FILE_READS)
        )

    def listed(self, method: str, outer: str, inner: str, **given: object) -> replies.Listed:
        """Return one page of `method`. Raises `ServiceError`."""
        return self.call(method, lambda reply: replies.listed(reply, outer, inner), **given)

    def original(self, photo: str, download: Download) -> None:
        """Ask for the original of a photo, at the address that Flickr gives to its owner.

        Raises `RemoteContentError` if Flickr gives none, or one at another server.
        """
        url = self.call("photos.getSizes", replies.original, photo_id=photo)
        if url is None:
            raise RemoteContentError(Absence.NO_ORIGINAL)
        self._download("an original", url, download)

    def preview(self, photo: str, download: Download) -> None:
        """Ask for a small version of a photo; otherwise as `original`."""
        url = self.call("photos.getSizes", replies.preview, photo_id=photo)
        if url is None:
            raise RemoteContentError(Absence.NO_PREVIEW)
        self._download("a preview", url, download)

    def _download(self, what: str, url: str, download: Download) -> None:
        if not re.fullmatch(re.escape(self._files_endpoint) + r"/[\w-]+/[\w.-]+", url, re.ASCII):
            detail = "Flickr names a server for the file that is not the one of files_endpoint."
            raise RemoteContentError(Absence.REFUSED, detail)
        timeout = self.caller.policy.timeout_s
        self.caller.call(
            what,
            lambda: get_into(self._files, url, download, timeout),
            classify=classify,
            repeatable=True,
        )

    def call(self, method: str, read: Callable[[replies.Json], T], **given: object) -> T:
        """Return what `read` takes from the reply of `method`. Raises `ServiceError`."""

        def send() -> T:
            try:
                reply = self._api.do_flickr_call(f"flickr.{method}", **given)
            except AttributeError as error:  # flickrapi: JSON that is no object
                raise MalformedReplyError("the reply is no object") from error
            return read(replies.ok(reply))

        return self.caller.call(f"flickr.{method}", send, classify=classify, repeatable=True)


def classify(error: Exception) -> Fault:
    """Return the fault of a failed call. A failure in Flickr's words has HTTP status 200."""
    import flickrapi
    import requests

    if isinstance(error, flickrapi.FlickrError) and error.code is not None:
        kind = FaultKind.TRANSIENT if error.code in _UNAVAILABLE else FaultKind.PERMANENT
        return Fault(kind, f"Flickr refused the call: {error}", code=str(error.code))
    if isinstance(error, requests.HTTPError) and error.response is not None:
        reply = error.response
        problem = _problem(reply)
        return classify_status(reply.status_code, reply.headers, message=problem, code=problem)
    fault = classify_http(error)
    return fault or Fault(FaultKind.PERMANENT, f"The call failed: {type(error).__name__}")


def _problem(reply: "requests.Response") -> str | None:
    """Return OAuth's name of the problem in the reply, such as token_rejected."""
    if reply.status_code != 401:
        return None
    return next(iter(parse_qs(reply.text[:2_000]).get("oauth_problem", ())), None)


def _require_success(reply: "requests.Response", **_options: Any) -> None:
    if reply.status_code != 200:
        import requests

        raise requests.HTTPError("the status is not 200", response=reply)
