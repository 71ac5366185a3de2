"""The HTTP side of the stand-in: signatures, the hourly limit, the format of answers, orders."""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.types import Receive, Scope, Send

from photo_assets_tests.services.flickr.account import Account
from photo_assets_tests.services.flickr.bodies import SIZES, SQUARE, size_of
from photo_assets_tests.services.flickr.methods import FailError, answer, fail
from photo_assets_tests.services.media import media_response, preview
from photo_assets_tests.services.oauth.oauth1 import OAuth1Provider, ProblemError, Token

REST: Final = "/services/rest/"
_HOUR_S: Final = 3600.0


@dataclass
class Keys:
    """The application's key, and a token that the owner gave it, with the permission `perms`.

    `revoked`: the owner took every token back.
    """

    api_key: str = "0123456789abcdef0123456789abcdef"
    api_secret: str = "fedcba9876543210"
    token: str = "72157720000000000-0123456789abcdef"
    token_secret: str = "0123456789abcdef"
    perms: str = "read"
    revoked: bool = False


@dataclass
class Call:
    """One call of the API: its method, and its arguments."""

    method: str
    given: dict[str, str] = field(repr=False)


class FlickrApp:
    """Serves one account. `calls` holds what was called, `fails` codes for the next calls."""

    def __init__(self, account: Account, keys: Keys, per_hour: int) -> None:
        self.account = account
        self.keys = keys
        self.per_hour = per_hour
        self.calls: list[Call] = []
        self.fails: deque[int] = deque()
        #: Called with each call before it is answered: to change the account between pages.
        self.before: Any = None
        self.oauth = OAuth1Provider((keys.api_key, keys.api_secret), account.username)
        self.oauth.tokens[keys.token] = Token(keys.token_secret, keys.perms)
        self._oauth_app = Starlette(routes=self.oauth.routes())
        self._times: deque[float] = deque()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        match request.url.path:
            case "/__account":
                order = json.loads(await request.body())
                with self._lock:
                    done = JSONResponse(self._order(order))
                await done(scope, receive, send)
            case path if path == REST:
                await (await self._rest(request))(scope, receive, send)
            case path if path.startswith("/2822/"):
                await self._file(request)(scope, receive, send)
            case _:
                await self._oauth_app(scope, receive, send)

    def _file(self, request: Request) -> Response:
        """Serve a file to whoever has its address, and refuse a signature, which is no use."""
        name = request.url.path.rpartition("/")[2]
        photo = self.account.photos.get(name.partition("_")[0])
        if "authorization" in request.headers or "oauth_token" in request.query_params:
            return PlainTextResponse("a signature at the server of the files", 400)
        content = self.account.contents.get(photo.id) if photo else None
        if photo is None or content is None:
            return RedirectResponse("/images/photo_unavailable.png", 302)
        if f"_{photo.original_secret}_o." in name:
            return media_response(request, content, "image/jpeg")
        size = size_of(name.removeprefix(f"{photo.id}_{photo.secret}").partition(".")[0])
        if size is None:
            return RedirectResponse("/images/photo_unavailable.png", 302)
        smaller = preview(content, SIZES[size], square=size in SQUARE)
        return media_response(request, smaller, "image/jpeg")

    async def _rest(self, request: Request) -> Response:
        if self._over_limit():
            return HTMLResponse("<h1>Too Many Requests</h1>", 429)
        body = (await request.body()).decode()
        try:
            token = await self.oauth.token_of(request)
        except ProblemError as problem:
            return PlainTextResponse(f"oauth_problem={problem}", 401)
        arguments = "&".join(filter(None, (request.url.query, body)))
        with self._lock:
            return JSONResponse(self._answer(dict(parse_qsl(arguments, True)), token))

    def _answer(self, given: dict[str, str], token: Token) -> Any:
        call = Call(given.get("method", ""), given)
        self.calls.append(call)
        try:
            if self.before is not None:
                self.before(call)
            if self.fails:
                raise fail(self.fails.popleft())
            if self.keys.revoked:
                raise fail(98)
            return answer(self.account, call.method, given, token.permission)
        except FailError as error:
            return error.body

    def _over_limit(self) -> bool:
        now = time.monotonic()
        while self._times and now - self._times[0] >= _HOUR_S:
            self._times.popleft()
        if len(self._times) >= self.per_hour:
            return True
        self._times.append(now)
        return False

    def _order(self, order: dict[str, Any]) -> Any:
        """Let the owner do something: {"do": "add_photo", ...} as in `Account`."""
        do = order.pop("do")
        if do not in ORDERS:
            raise ValueError(f"no order {do}")
        return {"done": getattr(self.account, do)(**order)}


ORDERS: Final = frozenset(
    {
        *("add_photo", "add_photos", "edit_photo", "view_photo", "delete_photo"),
        *("add_set", "edit_set", "delete_set", "tick"),
    }
)
