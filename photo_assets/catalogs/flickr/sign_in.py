"""Signing in to Flickr: OAuth 1.0a with the permission to read, checked at Flickr afterwards."""

from typing import Final

from photo_assets.catalogs.flickr.client import REST
from photo_assets.catalogs.flickr.settings import ENDPOINT
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import ServiceError
from photo_assets.sign_in.errors import (
    ClientRefusedError,
    SignInError,
    SignInRevokedError,
    SignInScopeError,
)
from photo_assets.sign_in.protocol import Account, Asking, CatalogSignIn, OAuth1, Scope

FREE_ACCOUNTS: Final = (
    "Since 2025-05-15, Flickr gives free accounts neither the originals nor the large sizes of "
    "their own photos. Such photos are recorded as reduced, and are never the master of a photo "
    "that has an original elsewhere. A Pro account, or a download of your Flickr data, has the "
    "originals."
)

_TOKEN_REFUSED: Final = frozenset({"98", "token_rejected", "token_revoked", "token_expired"})
_NOT_ALLOWED: Final = frozenset({"99", "permission_denied"})
_KEY_REFUSED: Final = frozenset(
    {"96", "97", "100", "consumer_key_unknown", "consumer_key_rejected", "signature_invalid"}
)

_READ: Final = Scope("read", "see all photos of your account, the private ones included")


def check(asking: Asking) -> Account:
    """Return who signed in, and the permission that Flickr granted. Raises `SignInError`."""
    reply = asking.get(
        REST, method="flickr.auth.oauth.checkToken", format="json", nojsoncallback="1"
    )
    try:
        oauth = reply["oauth"]
        name, granted = oauth["user"]["username"], oauth["perms"]["_content"]
    except (KeyError, TypeError):
        said = reply.get("message") if isinstance(reply, dict) else None
        raise SignInError(
            f"Flickr did not confirm the sign-in: {said or 'the reply is not as documented'}.",
            hint="Try again later.",
        ) from None
    return Account(str(name), (str(granted),))


SIGN_IN: Final = OAuth1(
    service="Flickr",
    endpoint=ENDPOINT,
    scopes=(_READ,),
    check=check,
    notes=(FREE_ACCOUNTS,),
    ending="End it at https://www.flickr.com/services/auth/list.gne",
    id_env="FLICKR_API_KEY",
    secret_env="FLICKR_API_SECRET",  # noqa: S106  (the name of a variable)
    registering="Request a key at https://www.flickr.com/services/apps/create/ (non-commercial).",
    request_url="https://www.flickr.com/services/oauth/request_token",
    authorize_url="https://www.flickr.com/services/oauth/authorize",
    access_url="https://www.flickr.com/services/oauth/access_token",
    parameters={"perms": _READ.name},
)


def refusal_of(catalog: CatalogSignIn, error: ServiceError) -> CatalogUnavailableError | None:
    """Return the error for a call that Flickr refused because of the sign-in, otherwise None."""
    code = error.fault.code
    if code in _TOKEN_REFUSED:
        return SignInRevokedError(catalog)
    if code in _NOT_ALLOWED:
        return SignInScopeError(catalog, _READ)
    if code in _KEY_REFUSED:
        return ClientRefusedError(catalog, "it does not accept the application's key or secret")
    return None
