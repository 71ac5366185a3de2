"""A small service with OAuth 2.0, OAuth 1.0a and API keys, and how a catalog signs in to it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from photo_assets.sign_in.dialogue import Dialogue
from photo_assets.sign_in.protocol import (
    Account,
    ApiKey,
    Asking,
    CatalogSignIn,
    OAuth1,
    OAuth2,
    Scope,
    SignIn,
)
from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.oauth.oauth1 import OAuth1Provider, ProblemError
from photo_assets_tests.services.oauth.oauth2 import OAuth2Provider

KEY = "xPQ-the-api-key-of-ann-000000000"
READ, PEOPLE, WRITE = "photos.readonly", "people.readonly", "photos"


class Service:
    """`GET /me` says who asks, in each of the three ways; `api_scopes` are those of the API key.

    `says`: what it answers instead, whoever asks.
    """

    says: object = None

    def __init__(self) -> None:
        self.oauth1 = OAuth1Provider()
        self.oauth2 = OAuth2Provider()
        self.api_scopes = [READ, PEOPLE]
        routes = [*self.oauth1.routes(), *self.oauth2.routes(), Route("/me", self._me)]
        self.app = FaultyApp(Starlette(routes=routes))

    async def _me(self, request: Request) -> Response:
        if self.says is not None:
            return JSONResponse(self.says)
        if request.headers.get("x-api-key") == KEY:
            return JSONResponse({"name": "ann", "scopes": self.api_scopes})
        if self.oauth2.grant_of(request) is not None:
            return JSONResponse({"name": self.oauth2.account})
        try:
            token = await self.oauth1.token_of(request)
        except ProblemError:
            return JSONResponse({"message": "who are you?"}, 401)
        return JSONResponse({"name": "ann", "scopes": [token.permission]})


def _who(asking: Asking) -> Account:
    reply = asking.get("/me")
    scopes = reply.get("scopes")
    return Account(reply["name"], tuple(scopes) if scopes is not None else None)


_COMMON: Mapping[str, Any] = {
    "service": "Photo Box",
    "endpoint": "https://photobox.example",
    "check": _who,
    "notes": ("Photo Box keeps originals for paying accounts only.",),
    "ending": "End it at https://photobox.example/apps.",
}
_APP: Mapping[str, Any] = {
    **_COMMON,
    "id_env": "PHOTOBOX_ID",
    "secret_env": "PHOTOBOX_SECRET",
    "registering": "Register an application at https://photobox.example/develop.",
}
SCOPES = (Scope(READ, "list your photos"), Scope(PEOPLE, "read people's names", required=False))
OAUTH2 = OAuth2(
    **_APP,
    scopes=SCOPES,
    authorize_url="https://accounts.photobox.example/o/oauth2/v2/auth",
    token_url="https://oauth.photobox.example/token",
    revoke_url="https://oauth.photobox.example/revoke",
    parameters={"access_type": "offline", "prompt": "consent"},
)
OAUTH1 = OAuth1(
    **_APP,
    scopes=(Scope("read", "list your photos"),),
    request_url="https://www.photobox.example/services/oauth/request_token",
    authorize_url="https://www.photobox.example/services/oauth/authorize",
    access_url="https://www.photobox.example/services/oauth/access_token",
    parameters={"perms": "read"},
)
API_KEY = ApiKey(**_COMMON, scopes=SCOPES, header="x-api-key", getting="Settings, API keys, New.")

APP2, APP1 = ["test-client", "test-client-secret"], ["test-key", "test-key-secret"]
KINDS: dict[str, tuple[SignIn, list[str]]] = {
    "oauth2": (OAUTH2, APP2),
    "oauth1": (OAUTH1, APP1),
    "api_key": (API_KEY, [KEY]),
}


def catalog(kind: SignIn, url: str) -> CatalogSignIn:
    return CatalogSignIn("photobox", "main", kind, url)


@dataclass
class Person:
    """Somebody at the terminal: `answers` are given in turn, and the browser is at hand.

    An answer that depends on what was printed is a function of the lines.
    """

    answers: list[str | Callable[[list[str]], str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    browse: Callable[[str], None] | None = None

    def dialogue(self, *, paste: bool = False, wait_s: float = 60.0) -> Dialogue:
        return Dialogue(
            say=self.lines.append,
            ask=self._answer,
            ask_secret=self._answer,
            open_browser=self.browse or visit,
            paste=paste,
            wait_s=wait_s,
        )

    def _answer(self, question: str) -> str:
        self.asked.append(question)
        answer = self.answers.pop(0) if self.answers else ""
        return answer if isinstance(answer, str) else answer(self.lines)


def visit(address: str) -> None:
    """Open an address and follow its redirects in another thread, as a browser does."""
    threading.Thread(target=follow, args=(address,), daemon=True).start()


def follow(address: str) -> httpx.Response:
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=30) as browser:
        return browser.get(address)


def redirect_of(address: str) -> str:
    """Return where the page of an address redirects to, without going there."""
    with httpx.Client(trust_env=False, timeout=30) as browser:
        location: str = browser.get(address).headers["location"]
    return location
