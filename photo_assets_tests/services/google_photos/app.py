"""Answers requests to the Picker API, from Google's reference of it; and the page for the person."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from photo_assets_tests.services.google_photos.library import Json, Library, Session
from photo_assets_tests.services.oauth.google import OAuth

SCOPE = "https://www.googleapis.com/auth/photospicker.mediaitems.readonly"
_SESSIONS, _ITEMS, _PAGE = "/v1/sessions", "/v1/mediaItems", "/picker/"
_MOST, _USUAL, _LARGEST = 2000, 50, 100
_HTTP = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "UNAVAILABLE": 503,
}


class RefusalError(Exception):
    """An error of google.rpc; `reason` is that of an ErrorInfo."""

    def __init__(self, status: str, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.code = _HTTP[status]
        self.status, self.message, self.reason = status, message, reason

    def body(self) -> Json:
        error: Json = {"code": self.code, "message": self.message, "status": self.status}
        if self.reason:
            error["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": self.reason,
                    "domain": "googleapis.com",
                    "metadata": {"service": "photospicker.googleapis.com"},
                }
            ]
        return {"error": error}


SCOPE_MISSING = RefusalError(
    "PERMISSION_DENIED",
    "Request had insufficient authentication scopes.",
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
)
NOT_ENABLED = RefusalError(
    "PERMISSION_DENIED",
    "Google Photos Picker API has not been used in project 1 before or it is disabled.",
    "SERVICE_DISABLED",
)
TOO_FAST = RefusalError(
    "RESOURCE_EXHAUSTED",
    "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service "
    "'photospicker.googleapis.com' for consumer 'project_number:1'.",
    "RATE_LIMIT_EXCEEDED",
)


class PickerApp:
    """The API over one library.

    `refusals`: of the next requests, each once. `between`: called after each page of items.
    `instead`: changes the body of the next pages of items.
    """

    def __init__(self, library: Library, oauth: OAuth) -> None:
        self.library = library
        self.oauth = oauth
        self.base_url = ""
        self.refusals: deque[RefusalError] = deque()
        self.instead: deque[Callable[[Json], Any]] = deque()
        self.between: Callable[[], None] = lambda: None
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        with self._lock, self.library.lock:
            response = self._respond(request, body)
        await response(scope, receive, send)

    def _respond(self, request: Request, body: bytes) -> Response:
        path = request.url.path
        if path.startswith(_PAGE):
            return self._page(path.removeprefix(_PAGE))
        signing_in = self.oauth.respond(request, body)
        if signing_in is not None:
            return signing_in
        try:
            self._admit(request.headers.get("authorization", ""))
            return JSONResponse(self._answer(request.method, path, request, body))
        except RefusalError as refusal:
            return JSONResponse(refusal.body(), refusal.code)

    def _admit(self, authorization: str) -> None:
        grant = self.oauth.grant_of(authorization)
        if grant is None:
            raise RefusalError("UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if SCOPE not in grant.scope.split():
            raise SCOPE_MISSING
        if self.refusals:
            raise self.refusals.popleft()

    def _answer(self, method: str, path: str, request: Request, body: bytes) -> Any:
        if (method, path) == ("POST", _SESSIONS):
            return self._create(orjson.loads(body or b"{}"))
        if (method, path) == ("GET", _ITEMS):
            page = self._items(dict(request.query_params))
            self.between()
            return self.instead.popleft()(page) if self.instead else page
        session = self._session(path.removeprefix(f"{_SESSIONS}/"))
        if method == "DELETE":
            del self.library.sessions[session.id]
            return {}
        if method != "GET":
            raise RefusalError("INVALID_ARGUMENT", "no such method")
        return self._stated(session)

    def _create(self, asked: Json) -> Json:
        library = self.library
        if not library.active:
            raise RefusalError("FAILED_PRECONDITION", "The user does not have an active account.")
        if library.most_sessions and len(library.sessions) >= library.most_sessions:
            raise RefusalError("RESOURCE_EXHAUSTED", "Too many sessions.")
        most = int(asked.get("pickingConfig", {}).get("maxItemCount", _MOST))
        if not 0 < most <= _MOST:
            raise RefusalError("INVALID_ARGUMENT", "maxItemCount must be between 1 and 2000.")
        return self._stated(library.begin())

    def _stated(self, session: Session) -> Json:
        stated: Json = {
            "id": session.id,
            "pickerUri": f"{self.base_url}{_PAGE}{session.id}",
            "expireTime": "2100-01-01T00:00:00Z",
            "pickingConfig": {"maxItemCount": str(_MOST)},
        }
        if session.picked is not None:
            return {**stated, "mediaItemsSet": True}
        polling = {"pollInterval": self.library.interval, "timeoutIn": self.library.left}
        return {**stated, "pollingConfig": polling, "mediaItemsSet": False}

    def _items(self, asked: Json) -> Json:
        session = self._session(asked.get("sessionId", ""))
        size = int(asked.get("pageSize", 0))
        if size < 0:
            raise RefusalError("INVALID_ARGUMENT", "pageSize must not be negative.")
        if session.picked is None or not self.library.sure:
            raise RefusalError("FAILED_PRECONDITION", "The user has not finished picking.")
        start = self._place(asked.get("pageToken", ""), session)
        end = start + min(size or _USUAL, _LARGEST)
        page: Json = {}
        if session.picked[start:end]:  # an empty list is left out
            page["mediaItems"] = [self.library.items[one] for one in session.picked[start:end]]
        if end < len(session.picked):
            page["nextPageToken"] = f"{session.id}~{end}"
        return page

    def _place(self, token: str, session: Session) -> int:
        if not token:
            return 0
        owner, _, place = token.partition("~")
        if owner != session.id or not place.isdigit():
            raise RefusalError("INVALID_ARGUMENT", "The page token is invalid.")
        return int(place)

    def _session(self, session_id: str) -> Session:
        found = self.library.sessions.get(session_id)
        if found is None:
            raise RefusalError("NOT_FOUND", "Requested entity was not found.")
        return found

    def _page(self, session_id: str) -> Response:
        session = self.library.sessions.get(session_id)
        if session is None or session.picked is not None:
            return PlainTextResponse("This page no longer works.", 404)
        if self.library.opening is not None:
            session.picked = list(self.library.opening)
        return PlainTextResponse("Done" if session.picked is not None else "Pick your photos")


def error_body(status: int) -> Json:
    """The body of a fault with this status."""
    if status == 429:
        return TOO_FAST.body()
    return RefusalError("UNAVAILABLE", "The service is currently unavailable.").body()
