"""OAuth 2.0 for installed apps: the authorization code with PKCE, and revoking.

RFC 6749 (4.1), RFC 7636, RFC 8252, RFC 7009. Renewing a token is in `access`.
"""

import base64
import hashlib
import secrets
from typing import Any, Final
from urllib.parse import urlencode

from photo_assets.sign_in.access import Clock, token_values
from photo_assets.sign_in.asking import TokenRefusedError, post_form
from photo_assets.sign_in.dialogue import Dialogue
from photo_assets.sign_in.errors import (
    ClientRefusedError,
    SignInOutageError,
    code_refused,
    declined,
)
from photo_assets.sign_in.loopback import Reply, ask_browser, loopback
from photo_assets.sign_in.protocol import CatalogSignIn, OAuth2

_RANDOM_BYTES: Final = 48


def receive_token(
    catalog: CatalogSignIn, client: tuple[str, str], dialogue: Dialogue, clock: Clock
) -> dict[str, Any]:
    """Let the person sign in; return what is stored of the token. Raises `SignInError`."""
    kind = catalog.sign_in
    assert isinstance(kind, OAuth2)
    state = secrets.token_urlsafe(_RANDOM_BYTES)
    verifier = secrets.token_urlsafe(_RANDOM_BYTES)
    digest = hashlib.sha256(verifier.encode()).digest()
    client_id, client_secret = client
    with loopback() as receiver:
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": receiver.url,
            "scope": " ".join(scope.name for scope in kind.scopes),
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **kind.parameters,
        }
        address = f"{catalog.url(kind.authorize_url)}?{urlencode(query)}"

        def is_answer(reply: Reply) -> bool:
            is_ours = secrets.compare_digest(reply.get("state", "").encode(), state.encode())
            return is_ours and ("code" in reply or "error" in reply)

        reply = ask_browser(address, dialogue, receiver, is_answer)
    if "code" not in reply:
        raise declined(catalog, reply.get("error", ""), paste=dialogue.paste)
    form = {
        "grant_type": "authorization_code",
        "code": reply["code"],
        "redirect_uri": receiver.url,
        "client_id": client_id,
        "client_secret": client_secret,
        "code_verifier": verifier,
    }
    try:
        answer = post_form(catalog, kind.token_url, form)
        values = token_values(answer, clock())
    except TokenRefusedError as error:
        if error.code == "invalid_grant":
            raise code_refused(catalog) from None
        raise ClientRefusedError(catalog, str(error)) from None
    except (KeyError, ValueError, TypeError):
        raise SignInOutageError(catalog, "its reply holds no token") from None
    granted = answer.get("scope")
    asked = [scope.name for scope in kind.scopes]
    # RFC 6749, 5.1: a reply without `scope` grants what was asked for.
    scopes = granted.split() if isinstance(granted, str) else asked
    return {**values, "scopes": scopes, "client_id": client_id, "client_secret": client_secret}


def revoke(catalog: CatalogSignIn, values: dict[str, Any]) -> bool:
    """Revoke the tokens at the service. Return False if it has no endpoint for that.

    Tokens that the service no longer knows count as revoked. Raises `SignInOutageError`.
    """
    kind = catalog.sign_in
    token = values.get("refresh_token") or values.get("access_token")
    if not isinstance(kind, OAuth2) or kind.revoke_url is None:
        return False
    if token:
        try:
            post_form(catalog, kind.revoke_url, {"token": token})
        except TokenRefusedError as error:
            if error.code not in ("invalid_token", "invalid_grant"):
                raise ClientRefusedError(catalog, str(error)) from None
    return True
