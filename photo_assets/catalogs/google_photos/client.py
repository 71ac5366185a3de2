"""The calls to Google's Picker API: sessions of picking, and the items picked in one.

It is in no discovery document, so Google's client library cannot call it; this is its REST form.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import (
    Fault,
    FaultKind,
    MalformedReplyError,
    PermanentServiceError,
    RateLimitedCaller,
    classify_http,
)
from photo_assets.service_calls.google import classify_reply, read_error
from photo_assets.service_calls.read_list import Read, ReadList
from photo_assets.service_calls.read_only import read_only_session
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.google import google_credentials

if TYPE_CHECKING:
    import requests
    from google.auth.transport.requests import AuthorizedSession

_SESSIONS: Final = "/v1/sessions"
_ITEMS: Final = "/v1/mediaItems"
READS: Final = (
    # A session holds what the person picks for this program. No photo is created or deleted.
    Read("POST", _SESSIONS),
    Read("GET", f"{_SESSIONS}/*"),
    Read("DELETE", f"{_SESSIONS}/*"),
    Read("GET", _ITEMS),
)
"""All calls that are made."""

PAGE_SIZE: Final = 100
"""The largest page of mediaItems.list; a larger size is lowered to it."""

EXHAUSTED: Final = "RESOURCE_EXHAUSTED"
UNFINISHED: Final = "FAILED_PRECONDITION"
"""Of the items: the person has not finished picking. Of a new session: no Google Photos account."""

Reply = dict[str, Any]


class PickerClient:
    """The calls of one account. Raises `ServiceError` and the errors of the sign-in."""

    def __init__(self, endpoint: str, access: Access, caller: RateLimitedCaller) -> None:
        try:
            import google.auth.transport.requests  # noqa: F401
        except ImportError:
            raise CatalogUnavailableError(
                "The library that calls Google Photos is not installed.",
                hint="pip install 'photo_assets[google,sign-in]' -c deploy/constraints.txt",
            ) from None
        self._endpoint = endpoint.rstrip("/")
        self._access = access
        self._caller = caller

    def create(self) -> Reply:
        """Return a new session. Made twice, the other one stays empty and expires."""
        return self._call("a new session", "POST", _SESSIONS, _is_session, json={})

    def session(self, session_id: str) -> Reply | None:
        """Return a session; None if it has expired or was deleted."""
        try:
            return self._call("the session", "GET", _path(session_id), _is_session)
        except PermanentServiceError as error:
            if error.fault.status != 404:
                raise
            return None

    def delete(self, session_id: str) -> None:
        """Delete a session; one that is gone is no error."""
        try:
            self._call("the end of the session", "DELETE", _path(session_id))
        except PermanentServiceError as error:
            if error.fault.status != 404:
                raise

    def items(self, session_id: str, token: str | None) -> tuple[list[Reply], str | None]:
        """Return one page of what was picked, and the token of the next page."""
        asked = {"sessionId": session_id, "pageSize": PAGE_SIZE, "pageToken": token}
        reply = self._call("picked items", "GET", _ITEMS, _is_page, params=asked)
        return reply.get("mediaItems", []), reply.get("nextPageToken") or None

    def _call(
        self,
        what: str,
        method: str,
        path: str,
        check: Callable[[Reply], bool] | None = None,
        **given: Any,
    ) -> Reply:
        def send() -> Reply:
            url, timeout = f"{self._endpoint}{path}", self._caller.policy.timeout_s
            reply = self._http.request(  # type: ignore[no-untyped-call]
                method, url, timeout=timeout, **given
            )
            if reply.status_code != 200:
                raise _refused(reply)
            content = reply.json() if check else {}
            if not isinstance(content, dict) or (check and not check(content)):
                raise MalformedReplyError(f"the reply about {what} has another form")
            return content

        return self._caller.call(what, send, classify=_classify, repeatable=True)

    @cached_property
    def _http(self) -> "AuthorizedSession":
        from google.auth.transport.requests import AuthorizedSession

        session = AuthorizedSession(google_credentials(self._access))  # type: ignore[no-untyped-call]
        return read_only_session(session, ReadList([self._endpoint], READS))


def _refused(reply: "requests.Response") -> "requests.HTTPError":
    import requests

    return requests.HTTPError("the status is not 200", response=reply)


def _classify(error: Exception) -> Fault:
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        reply, stated = error.response, read_error(error.response.content)
        fault = classify_reply(reply.status_code, reply.headers, stated)
        # Without a reason it is not the rate: this person has too many sessions. Waiting a minute
        # does not help.
        if stated.status == EXHAUSTED and not stated.reasons:
            return replace(fault, kind=FaultKind.PERMANENT, limited=False, code=EXHAUSTED)
        return fault
    found = classify_http(error)
    if found is None:
        raise error
    return found


def _path(session_id: str) -> str:
    return f"{_SESSIONS}/{quote(session_id, safe='')}"


def _is_session(reply: Reply) -> bool:
    return all(isinstance(reply.get(name), str) and reply[name] for name in ("id", "pickerUri"))


def _is_page(reply: Reply) -> bool:
    """Return whether it is a page; Google leaves out a list that is empty."""
    listed, token = reply.get("mediaItems", []), reply.get("nextPageToken", "")
    return (
        isinstance(listed, list)
        and isinstance(token, str)
        and all(isinstance(one, dict) for one in listed)
    )
