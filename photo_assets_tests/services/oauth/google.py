"""Google's OAuth endpoints: consent, the token endpoint, revocation and tokeninfo.

Every stand-in of a Google service has one of these. The person at the consent page agrees at once, or as the attributes say. Nothing expires by the
clock: a test lets tokens expire.
"""

import base64
import functools
import hashlib
import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

CLIENT_ID = "client-id.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-client-secret"
SERVICE_ACCOUNT = "reader@project.iam.gserviceaccount.com"
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

Json = dict[str, Any]


@dataclass
class OAuthError(Exception):
    """A refusal of the token endpoint (RFC 6749, 5.2)."""

    error: str
    description: str
    status: int = 400


@dataclass
class Grant:
    """What a person, or a key of a service account, allowed; `revoked` by one of them."""

    scope: str
    email: str
    revoked: bool = False


class OAuth:
    """The authorization server of one OAuth client; `scope` is what people usually grant it."""

    def __init__(self, email: str, scope: str) -> None:
        self.email = email
        self.scope = scope
        self.client_id = CLIENT_ID
        self.client_secret = CLIENT_SECRET
        #: Scopes that the person unticks, and whether they decline altogether.
        self.unticked: set[str] = set()
        self.declines = False
        self.refreshes = 0
        #: False: the keys of the service account were deleted.
        self.keys_valid = True
        self._numbers = itertools.count(1)
        self._codes: dict[str, tuple[Grant, str, str]] = {}
        self._refresh: dict[str, Grant] = {}
        self._access: dict[str, Grant] = {}
        self._expired: set[str] = set()

    def respond(self, request: Request, body: bytes) -> Response | None:
        """Answer a request to one of the endpoints; None for any other address."""
        asked = {**request.query_params, **dict(parse_qsl(body.decode("utf-8", "replace")))}
        try:
            match (request.method, request.url.path):
                case ("GET", "/o/oauth2/v2/auth" | "/o/oauth2/auth"):
                    return RedirectResponse(self.authorize(asked), 302)
                case ("POST", "/token"):
                    return JSONResponse(self.token(asked))
                case ("POST", "/revoke"):
                    return JSONResponse(self.revoke(asked.get("token", "")))
                case ("GET" | "POST", "/tokeninfo" | "/oauth2/v3/tokeninfo"):
                    return JSONResponse(self.token_info(asked.get("access_token", "")))
        except OAuthError as error:
            refused = {"error": error.error, "error_description": error.description}
            return JSONResponse(refused, error.status)
        return None

    def signed_in(self, scope: str | None = None) -> Json:
        """Return what a finished sign-in of the person would have given."""
        return self._tokens(Grant(scope or self.scope, self.email), refresh=True)

    def stored(self, endpoint: str, scope: str | None = None, **changed: Any) -> Json:
        """Return what `photosync auth` stores after such a sign-in."""
        tokens = self.signed_in(scope)
        later = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1)
        return {
            "kind": "oauth2",
            "endpoint": endpoint,
            "account": self.email,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "access_token": tokens["access_token"],
            "refresh_token": tokens["refresh_token"],
            "expiry": later.isoformat(timespec="seconds"),
            "scopes": (scope or self.scope).split(),
            **changed,
        }

    def expire_access_tokens(self) -> None:
        self._expired |= set(self._access)

    def revoke_all(self) -> None:
        """As the person does in their account, or after seven days in Testing."""
        for grant in (*self._refresh.values(), *self._access.values()):
            grant.revoked = True

    def grant_of(self, authorization: str) -> Grant | None:
        """Return the grant of an Authorization header; None where it is no longer valid."""
        token = authorization.removeprefix("Bearer ")
        grant = self._access.get(token)
        return None if grant is None or grant.revoked or token in self._expired else grant

    def authorize(self, asked: Json) -> str:
        """Return where the consent page sends the browser."""
        if asked.get("client_id") != self.client_id:
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        answer = {"state": asked["state"]} if "state" in asked else {}
        if self.declines:
            return f"{asked['redirect_uri']}?{urlencode({**answer, 'error': 'access_denied'})}"
        scope = " ".join(s for s in asked["scope"].split() if s not in self.unticked)
        code = f"4/{next(self._numbers)}-code"
        grant = Grant(scope, self.email)
        self._codes[code] = (grant, asked["redirect_uri"], asked.get("code_challenge", ""))
        return f"{asked['redirect_uri']}?{urlencode({**answer, 'code': code, 'scope': scope})}"

    def token(self, form: Json) -> Json:
        grant_type = form.get("grant_type")
        if grant_type == _JWT_GRANT:
            return self._service_account(form.get("assertion", ""))
        if form.get("client_id") != self.client_id:
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        if form.get("client_secret") != self.client_secret:
            raise OAuthError("invalid_client", "Unauthorized", 401)
        if grant_type == "refresh_token":
            self.refreshes += 1
            grant = self._refresh.get(form.get("refresh_token", ""))
            if grant is None or grant.revoked:
                raise OAuthError("invalid_grant", "Token has been expired or revoked.")
            return self._tokens(grant, refresh=False)
        if grant_type != "authorization_code":
            raise OAuthError("unsupported_grant_type", "Invalid grant_type: " + str(grant_type))
        code, redirect, challenge = self._codes.pop(form.get("code", ""), (None, "", ""))
        verifier = form.get("code_verifier", "").encode()
        made = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if code is None or redirect != form.get("redirect_uri") or challenge not in ("", made):
            raise OAuthError("invalid_grant", "Bad Request")
        return self._tokens(code, refresh=True)

    def revoke(self, token: str) -> Json:
        grant = self._refresh.get(token) or self._access.get(token)
        if grant is None or grant.revoked:
            raise OAuthError("invalid_token", "Token expired or revoked")
        grant.revoked = True
        return {}

    def token_info(self, token: str) -> Json:
        grant = self.grant_of(token)
        if grant is None:
            raise OAuthError("invalid_token", "Invalid Value")
        return {"aud": self.client_id, "scope": grant.scope, "expires_in": "3599"}

    def service_account_key(self, token_uri: str) -> Json:
        """Return a key file as the Google Cloud console gives it."""
        private = _key().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "project_id": "project",
            "private_key_id": "key-1",
            "private_key": private.decode(),
            "client_email": SERVICE_ACCOUNT,
            "client_id": "1234567890",
            "token_uri": token_uri,
        }

    def _service_account(self, assertion: str) -> Json:
        try:
            options: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
            claims = jwt.decode(assertion, _key().public_key(), ["RS256"], options)
            if not self.keys_valid:
                raise jwt.InvalidSignatureError
        except jwt.InvalidTokenError:
            raise OAuthError("invalid_grant", "Invalid JWT Signature.") from None
        return self._tokens(Grant(claims["scope"], claims["iss"]), refresh=False)

    def _tokens(self, grant: Grant, *, refresh: bool) -> Json:
        number = next(self._numbers)
        access = f"ya29.access-{number}"
        self._access[access] = grant
        made: Json = {
            "access_token": access,
            "expires_in": 3599,
            "scope": grant.scope,
            "token_type": "Bearer",
        }
        if refresh:
            made["refresh_token"] = f"1//refresh-{number}"
            self._refresh[made["refresh_token"]] = grant
        return made


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)
