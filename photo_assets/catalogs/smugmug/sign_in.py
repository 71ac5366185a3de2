"""How a person signs in to SmugMug: OAuth 1.0a, and the check of what was granted."""

from typing import Final

from photo_assets.catalogs.smugmug.settings import ENDPOINT
from photo_assets.sign_in.errors import SignInScopeError
from photo_assets.sign_in.protocol import Account, Asking, CatalogSignIn, OAuth1, Scope

_ROOT: Final = f"{ENDPOINT}/services/oauth/1.0a"
_REMOVE: Final = (
    "Remove the application in SmugMug's Account Settings, under Privacy, Authorized Services."
)
_FULL: Final = Scope(
    "Access=Full", "see private and unlisted albums, and the originals' checksums, as you do"
)
_READ: Final = Scope("Permissions=Read", "read; it cannot add, change or delete anything")


def _check(asking: Asking) -> Account:
    """Ask who signed in.

    With Access=Full the service shows the account as its owner sees it. It has no call that states
    the permissions; every authorization includes Read, and more is never requested.
    """
    user = asking.get("/api/v2!authuser", _verbosity="1")["Response"]["User"]
    access = (_FULL.name,) if user.get("ResponseLevel") == "Full" else ()
    return Account(str(user["NickName"]), (*access, _READ.name))


SIGN_IN = OAuth1(
    service="SmugMug",
    endpoint=ENDPOINT,
    scopes=(_FULL, _READ),
    check=_check,
    notes=(
        "SmugMug keeps the access that an application got the first time, whatever it requests "
        f"later. If it is not enough: {_REMOVE} Then sign in again.",
        "The sign-in does not expire; it ends when you remove the application there.",
    ),
    ending="End it in SmugMug's Account Settings, under Privacy, Authorized Services.",
    id_env="SMUGMUG_API_KEY",
    secret_env="SMUGMUG_API_SECRET",  # noqa: S106
    registering="Apply for an API key at https://api.smugmug.com/api/developer/apply",
    request_url=f"{_ROOT}/getRequestToken",
    authorize_url=f"{_ROOT}/authorize",
    access_url=f"{_ROOT}/getAccessToken",
    parameters={"Access": "Full", "Permissions": "Read"},
)


def too_little_access(catalog: CatalogSignIn) -> SignInScopeError:
    """Return the error of an account that is seen as a visitor sees it."""
    error = SignInScopeError(catalog, _FULL)
    error.hint = (
        f"SmugMug keeps the access that was given first. {_REMOVE} Then run `{catalog.command}`."
    )
    return error
