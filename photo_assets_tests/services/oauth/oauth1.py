"""OAuth 1.0a as Flickr and SmugMug offer it: three endpoints, and signatures that are verified.

RFC 5849, with a check of its own: it shares no code with the library that signs.
"""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

_FORM = "application/x-www-form-urlencoded"
_CLOCK_S = 300.0


class ProblemError(Exception):
    """A request that is refused, with the name of its problem."""


@dataclass
class Token:
    """A token of the person. `permission`: what was agreed to, in the service's word."""

    secret: str
    permission: str = ""
    callback: str = ""
    verifier: str = ""


@dataclass
class OAuth1Provider:
    """The endpoints, at the given paths, and what is known there.

    `client` are key and secret of the only app. `asking` is the parameter of the authorization's
    address that names the permission; `granting` what the person agrees to whatever is asked for.
    """

    client: tuple[str, str] = ("test-key", "test-key-secret")
    account: str = "ann"
    request_token: str = "/services/oauth/request_token"
    authorize: str = "/services/oauth/authorize"
    access_token: str = "/services/oauth/access_token"
    asking: str = "perms"
    granting: str | None = None
    tokens: dict[str, Token] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._requested: dict[str, Token] = {}
        self._nonces: set[tuple[str, str]] = set()

    def routes(self) -> list[Route]:
        return [
            Route(self.request_token, self._request_token, methods=["GET", "POST"]),
            Route(self.authorize, self._authorize, methods=["GET"]),
            Route(self.access_token, self._access_token, methods=["GET", "POST"]),
        ]

    async def token_of(self, request: Request) -> Token:
        """Return the token that signed a request. Raises `ProblemError`: answer 401."""
        given = await self._verified(request, self.tokens)
        return self.tokens[given["oauth_token"]]

    def revoke_all(self) -> None:
        """End every token, as a person does on the account's page."""
        self.tokens.clear()

    def secrets(self) -> list[str]:
        """What must never be seen anywhere else."""
        tokens = {**self._requested, **self.tokens}
        return [*tokens, *(token.secret for token in tokens.values()), self.client[1]]

    async def _request_token(self, request: Request) -> Response:
        try:
            given = await self._verified(request, {})
        except ProblemError as problem:
            return _refused(problem)
        token = Token(secrets.token_hex(8), callback=given.get("oauth_callback", ""))
        if token.callback != "oob" and urlsplit(token.callback).scheme not in ("http", "https"):
            return _refused(ProblemError("parameter_absent"))
        name = secrets.token_hex(16)
        self._requested[name] = token
        return _form(
            oauth_callback_confirmed="true", oauth_token=name, oauth_token_secret=token.secret
        )

    async def _authorize(self, request: Request) -> Response:
        name = request.query_params.get("oauth_token", "")
        token = self._requested.get(name)
        if token is None:
            return HTMLResponse("<h1>Unknown token</h1>", 400)
        token.verifier = secrets.token_hex(8)
        asked = request.query_params.get(self.asking, "")
        token.permission = asked if self.granting is None else self.granting
        if token.callback == "oob":
            return HTMLResponse(f"<p>Your code: <code>{token.verifier}</code></p>")
        answer = urlencode({"oauth_token": name, "oauth_verifier": token.verifier})
        return RedirectResponse(f"{token.callback}?{answer}", 302)

    async def _access_token(self, request: Request) -> Response:
        try:
            given = await self._verified(request, self._requested)
        except ProblemError as problem:
            return _refused(problem)
        token = self._requested.pop(given["oauth_token"])
        if not token.verifier or given.get("oauth_verifier") != token.verifier:
            return _refused(ProblemError("verifier_invalid"))
        name, issued = secrets.token_hex(16), Token(secrets.token_hex(8), token.permission)
        self.tokens[name] = issued
        return _form(oauth_token=name, oauth_token_secret=issued.secret, username=self.account)

    async def _verified(self, request: Request, tokens: dict[str, Token]) -> dict[str, str]:
        """Return the request's parameters; its signature, time and nonce are right."""
        pairs, given = await _parameters(request)
        if given.get("oauth_consumer_key") != self.client[0]:
            raise ProblemError("consumer_key_unknown")
        token = Token("")
        if tokens or "oauth_token" in given:
            if given.get("oauth_token") not in tokens:
                raise ProblemError("token_rejected")
            token = tokens[given["oauth_token"]]
        if abs(time.time() - float(given.get("oauth_timestamp", "0"))) > _CLOCK_S:
            raise ProblemError("timestamp_refused")
        used = (given["oauth_timestamp"], given.get("oauth_nonce", ""))
        if used in self._nonces:
            raise ProblemError("nonce_used")
        key = f"{_escaped(self.client[1])}&{_escaped(token.secret)}"
        mac = hmac.new(key.encode(), _base_string(request, pairs).encode(), hashlib.sha1)
        signature = base64.b64encode(mac.digest()).decode()
        if not hmac.compare_digest(signature, given.get("oauth_signature", "")):
            raise ProblemError("signature_invalid")
        self._nonces.add(used)
        return given


async def _parameters(request: Request) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The parameters that are signed (RFC 5849, 3.4.1.3.1), and those of OAuth itself."""
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    if request.headers.get("content-type", "").startswith(_FORM):
        pairs += parse_qsl((await request.body()).decode(), keep_blank_values=True)
    kind, _, rest = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "oauth":
        for part in rest.split(","):
            name, _, value = part.strip().partition("=")
            if name != "realm":
                pairs.append((unquote(name), unquote(value.strip('"'))))
    return pairs, {name: value for name, value in pairs if name.startswith("oauth_")}


def _base_string(request: Request, pairs: list[tuple[str, str]]) -> str:
    """RFC 5849, 3.4.1. The path is taken as it was sent."""
    raw = request.scope["raw_path"].decode("ascii")
    host = request.headers["host"].lower()
    default = ":443" if request.url.scheme == "https" else ":80"
    uri = f"{request.url.scheme}://{host.removesuffix(default)}{raw.partition('?')[0]}"
    signed = sorted((_escaped(n), _escaped(v)) for n, v in pairs if n != "oauth_signature")
    parameters = "&".join(f"{name}={value}" for name, value in signed)
    return "&".join(_escaped(part) for part in (request.method, uri, parameters))


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")


def _form(**values: str) -> Response:
    return PlainTextResponse(urlencode(values))


def _refused(problem: ProblemError) -> Response:
    return PlainTextResponse(urlencode({"oauth_problem": str(problem)}), 401)
