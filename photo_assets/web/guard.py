"""What every request must satisfy before a handler sees it, and the headers of every response.

The one place that decides about hosts, sessions and tokens of forms. Nothing about photos.
"""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from photo_assets.web.access import Access
from photo_assets.web.failures import Refusal, refused

CSRF_HEADER: Final = "x-csrf-token"
CSRF_FIELD: Final = "csrf"
OPENING: Final = "/open/"
STATIC: Final = "/static/"
_READING = frozenset({"GET", "HEAD"})
_BODY_BYTES = 1 << 20

HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""Sent with every response; `cache-control: no-store` too, unless the handler sets another."""


class Guard:
    """The outermost ASGI application: refuses a request, or passes it on to `app`.

    The fields of a form are in `request.state.form`, name -> values.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection; anything but HTTP is closed."""
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("cache-control", "no-store")
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None and scope["method"] not in _READING:
            try:
                body = await _body(receive)
            except ConnectionResetError:
                return  # a part of a form is not what the person sent
            refusal = self._refusal_of_writing(scope, headers, body)
            receive = _replayed(body or b"", receive)
        if refusal is not None:
            await refused(scope, refusal)(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> Refusal | None:
        """Return why a request is refused, whether it reads or writes."""
        if headers.getlist("host") not in [[host] for host in self._access.hosts]:
            return Refusal.HOST
        path: str = scope["path"]
        if path.startswith((OPENING, STATIC)) and scope["method"] in _READING:
            return None
        return None if self._has_session(headers) else Refusal.SESSION

    def _has_token(self, headers: Headers) -> bool:
        """Return whether a program sent the opening token, which no browser does by itself."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and self._access.opens(token.strip())

    def _has_session(self, headers: Headers) -> bool:
        if self._has_token(headers):
            return True
        try:
            cookies = SimpleCookie("; ".join(headers.getlist("cookie")))
        except CookieError:
            return False
        found = cookies.get(self._access.cookie)
        return self._access.is_session(found.value if found else None)

    def _refusal_of_writing(
        self, scope: Scope, headers: Headers, body: bytes | None
    ) -> Refusal | None:
        """Return why a writing request is refused; store the fields of its form."""
        if body is None:
            return Refusal.SIZE
        if not _is_of_our_page(headers):
            return Refusal.ORIGIN
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        form: dict[str, list[str]] = {}
        if kind == "application/x-www-form-urlencoded":
            try:
                form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20_000)
            except ValueError:
                return Refusal.FORM
        scope.setdefault("state", {})["form"] = form
        if self._has_token(headers):
            return None
        given = headers.get(CSRF_HEADER) or form.get(CSRF_FIELD, [None])[-1]
        return None if self._access.is_form_token(given) else Refusal.FORM_TOKEN


def _is_of_our_page(headers: Headers) -> bool:
    """Return whether a request may come from a page of this server, or from no page.

    Without a referrer, a form of our own page has the origin "null"; browsers that send it also
    state the site.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    ours = {None, f"http://{headers['host']}"} | ({"null"} if site == "same-origin" else set())
    return origin in ours and site in (None, "same-origin", "none")


async def _body(receive: Receive) -> bytes | None:
    """Return the body of a request, None if it is too large.

    Raises `ConnectionResetError` if the browser left before it had sent all of it.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        body += message.get("body", b"")
        if len(body) > _BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that yields the body once more, and then what follows it."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
