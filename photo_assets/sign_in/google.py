"""What the sign-ins to Google's services share: endpoints, credentials, and refusals for people.

google-auth itself refreshes in every thread and process, and raises the same error for an outage as
for a revoked grant. So credentials are renewed through the store.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import FaultKind, ServiceError
from photo_assets.service_calls.google import API_OFF, FORBIDDEN_BY_POLICY, SCOPE_MISSING
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.protocol import Check, OAuth2, Scope

if TYPE_CHECKING:
    from google.oauth2.credentials import Credentials

TOKEN_URL: Final = "https://oauth2.googleapis.com/token"  # noqa: S105


def google_sign_in(
    *,
    service: str,
    api: str,
    endpoint: str,
    scopes: tuple[Scope, ...],
    check: Check,
    notes: tuple[str, ...] = (),
) -> OAuth2:
    """Return the sign-in to one of Google's services; `api` is its name in Google's console."""
    return OAuth2(
        service=service,
        endpoint=endpoint,
        scopes=scopes,
        check=check,
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url=TOKEN_URL,
        revoke_url="https://oauth2.googleapis.com/revoke",
        # Without these Google gives no token that renews the access, or only at the first sign-in.
        parameters={"access_type": "offline", "prompt": "consent"},
        id_env="GOOGLE_CLIENT_ID",
        secret_env="GOOGLE_CLIENT_SECRET",  # noqa: S106
        registering=f"In the Google Cloud console create a project, enable the {api} in it, "
        "and create an OAuth client of the type Desktop app.",
        notes=(
            "While the publishing status of the application is Testing, Google ends the sign-in "
            "after seven days. Set it to In production to keep it; you will be warned that Google "
            "has not verified the application, which is your own.",
            *notes,
        ),
        ending="End it at https://myaccount.google.com/connections",
    )


def explain_refusal(
    error: ServiceError, again: str, *, api: str, data: str
) -> CatalogUnavailableError | None:
    """Return the error for people of a refusal that waiting does not end; None for any other.

    `again`: how to give photosync other credentials, a sentence; `api`: the name in Google's
    console; `data`: what is read, such as "the files of this account".
    """
    fault = error.fault
    if fault.kind is not FaultKind.PERMANENT:
        return None
    if fault.code in SCOPE_MISSING:
        return CatalogUnavailableError(
            f"Google did not permit photosync to read {data}.",
            hint=f"{again} The permission to read {data} is needed.",
        )
    if fault.code in API_OFF:
        return CatalogUnavailableError(
            f"The {api} is not enabled in the project of the application.",
            hint="Enable it in the Google Cloud console: APIs and services, Library.",
        )
    if fault.status == 401:
        return CatalogUnavailableError(
            "Google does not accept the credentials of this catalog.", hint=again
        )
    if fault.code in FORBIDDEN_BY_POLICY:
        return CatalogUnavailableError(
            f"An administrator does not permit applications to read {data}.",
            hint="Ask the administrator of the domain to allow the application.",
        )
    return None


def google_credentials(access: Access) -> "Credentials":
    """Return credentials for `AuthorizedHttp` and `AuthorizedSession`.

    Raises the errors of `Access`, and so does their renewal.
    """
    from google.oauth2.credentials import Credentials

    values = access.renewed()
    made: list[Credentials] = []

    def renew(_request: Any, scopes: Sequence[str] | None = None) -> tuple[str, datetime]:
        # Asked for because the token expired, or because the service refused it.
        new = access.renewed(refused=made[0].token)
        return new["access_token"], datetime.fromisoformat(new["expiry"])

    made.append(
        Credentials(  # type: ignore[no-untyped-call]
            token=values["access_token"],
            expiry=datetime.fromisoformat(values["expiry"]),
            granted_scopes=values.get("scopes"),
            refresh_handler=renew,
        )
    )
    return made[0]
