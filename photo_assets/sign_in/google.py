"""Credentials for Google's client libraries that are renewed through the store.

google-auth itself refreshes in every thread and process, and raises the same error for an outage as
for a revoked grant.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from photo_assets.sign_in.access import Access

if TYPE_CHECKING:
    from google.oauth2.credentials import Credentials


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
