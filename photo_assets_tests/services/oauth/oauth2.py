"""OAuth 2.0 as Google offers it to installed apps: authorization code with PKCE, refresh, revoke.

RFC 6749, 7636, 7009. The page where a person would agree redirects at once.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route


@dataclass
class Grant:
    """What the person agreed to: `scopes` of the app `client`. `alive` until it is revoked."""

    client: str
    scopes: tuple[str, ...]
    alive: bool = True


@dataclass
class _Code:
    grant: Grant
    redirect: str
    challenge: str


@dataclass
class OAuth2Provider:
    """The endpoints, at the given paths, and what is known there.

    `client` are id and secret of the only app. `granting`: the scopes the person agrees to whatever
    is asked for; None: those. `declines`: the person does not agree. `lifetime_s` is that of an
    access token, `grant_lifetime_s` that of a grant if the service says one.
    """

    client: tuple[str, str] = ("test-client", "test-client-secret")
    account: str = "ann@example.org"
    authorize: str = "/o/oauth2/v2/auth"
    token: str = "/token"
    revoke: str = "/revoke"
    tokeninfo: str = "/tokeninfo"
    granting: tuple[str, ...] | None = None
    declines: bool = False
    lifetime_s: int = 3600
    grant_lifetime_s: int | None = None
    refreshes: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._codes: dict[str, _Code] = {}
        self._refresh: dict[str, Grant] = {}
        self._access: dict[str, Grant] = {}

    def routes(self) -> list[Route]:
        return [
            Route(self.authorize, self._authorize, methods=["GET"]),
            Route(self.token, self._token, methods=["POST"]),
            Route(self.revoke, self._revoke, methods=["POST"]),
            Route(self.tokeninfo, self._tokeninfo, methods=["GET"]),
        ]

    def grant_of(self, request: Request) -> Grant | None:
        """Return the grant of a request's access token; None: answer 401."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self._access.get(token) if kind.lower() == "bearer" else None
        return grant if grant is not None and grant.alive else None

    def revoke_all(self) -> None:
        """End every grant, as a person does on the account's page; access tokens end as well."""
        for grant in self._refresh.values():
            grant.alive = False

    def end_access_tokens(self) -> None:
        """Let every access token end before its time; grants stay."""
        self._access.clear()

    def secrets(self) -> list[str]:
        """What must never be seen anywhere else."""
        return [*self._codes, *self._refresh, *self._access, self.client[1]]

    async def _authorize(self, request: Request) -> Response:
        asked = request.query_params
        redirect, state = asked.get("redirect_uri", ""), asked.get("state", "")
        if asked.get("client_id") != self.client[0]:
            return PlainTextResponse("Error 401: invalid_client", 401)
        if urlsplit(redirect).hostname not in ("127.0.0.1", "localhost"):
            return PlainTextResponse("Error 400: redirect_uri_mismatch", 400)
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            return PlainTextResponse("Error 400: invalid_request", 400)
        if self.declines:
            answer = {"error": "access_denied", "state": state}
        else:
            scopes = (
                tuple(asked.get("scope", "").split()) if self.granting is None else self.granting
            )
            code = f"4/{secrets.token_urlsafe(24)}"
            grant = Grant(self.client[0], scopes)
            self._codes[code] = _Code(grant, redirect, asked.get("code_challenge", ""))
            answer = {"state": state, "code": code, "scope": " ".join(scopes)}
        return RedirectResponse(f"{redirect}?{urlencode(answer)}", 302)

    async def _token(self, request: Request) -> Response:
        given = await _form_of(request)
        if (given.get("client_id"), given.get("client_secret")) != self.client:
            return _error("invalid_client", "The OAuth client was not found.", 401)
        match given.get("grant_type"):
            case "authorization_code":
                code = self._codes.pop(given.get("code", ""), None)
                if code is None or given.get("redirect_uri") != code.redirect:
                    return _error("invalid_grant", "Malformed auth code.")
                digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
                if base64.urlsafe_b64encode(digest).decode().rstrip("=") != code.challenge:
                    return _error("invalid_grant", "Invalid code verifier.")
                refresh = f"1//{secrets.token_urlsafe(32)}"
                self._refresh[refresh] = code.grant
                ends = self.grant_lifetime_s
                more = {"refresh_token_expires_in": ends} if ends is not None else {}
                return self._issued(code.grant, refresh_token=refresh, **more)
            case "refresh_token":
                self.refreshes += 1
                grant = self._refresh.get(given.get("refresh_token", ""))
                if grant is None or not grant.alive:
                    return _error("invalid_grant", "Token has been expired or revoked.")
                return self._issued(grant)
        return _error("unsupported_grant_type", "Invalid grant_type")

    def _issued(self, grant: Grant, **more: object) -> Response:
        token = f"ya29.{secrets.token_urlsafe(32)}"
        self._access[token] = grant
        reply = {
            "access_token": token,
            "expires_in": self.lifetime_s,
            "scope": " ".join(grant.scopes),
            "token_type": "Bearer",
        }
        return JSONResponse({**reply, **more}, headers={"Cache-Control": "no-store"})

    async def _revoke(self, request: Request) -> Response:
        token = (await _form_of(request)).get("token", "")
        grant = self._refresh.get(token) or self._access.get(token)
        if grant is None or not grant.alive:
            return _error("invalid_token", "Token expired or revoked")
        grant.alive = False
        return JSONResponse({})

    async def _tokeninfo(self, request: Request) -> Response:
        grant = self._access.get(request.query_params.get("access_token", ""))
        if grant is None or not grant.alive:
            return _error("invalid_token", "Invalid Value")
        return JSONResponse(
            {
                "azp": grant.client,
                "aud": grant.client,
                "scope": " ".join(grant.scopes),
                "expires_in": str(self.lifetime_s),
                "email": self.account,
            }
        )


async def _form_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode()))


def _error(code: str, description: str, status: int = 400) -> Response:
    return JSONResponse({"error": code, "error_description": description}, status)
