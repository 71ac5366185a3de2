"""Google's credentials of a catalog: of the person who signed in, or of a service account's key.

The key is read at each start and never stored. Its token is requested from the endpoint, whatever
address the file states.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls.read_list import Read, ReadList
from photo_assets.service_calls.read_only import read_only_http

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

SCOPE: Final = "https://www.googleapis.com/auth/drive.readonly"
NEW_KEY: Final = "Create a key of the service account in the Google Cloud console."
_OTHERS_MAY_READ: Final = 0o077


def read_key(path: Path) -> dict[str, Any]:
    """Return the content of a service account's key file.

    Raises `CatalogUnavailableError` for a file that is missing, is none, or that others may read.
    """
    try:
        mode = path.stat().st_mode
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise CatalogUnavailableError(
            f"The key file {path} cannot be read: {error.strerror}.",
            hint="Correct `key_file` in photosync.yaml, or remove it and sign in.",
        ) from error
    except ValueError as error:
        raise CatalogUnavailableError(f"The key file {path} is not JSON.", hint=NEW_KEY) from error
    needed = ("client_email", "private_key", "token_uri")
    is_key = isinstance(content, dict) and content.get("type") == "service_account"
    if not is_key or not all(isinstance(content.get(name), str) for name in needed):
        raise CatalogUnavailableError(
            f"The file {path} is not the key of a service account.", hint=NEW_KEY
        )
    if mode & _OTHERS_MAY_READ:
        raise CatalogUnavailableError(
            f"Other users of this computer may read the key file {path}.",
            hint=f"Run: chmod 600 {path}",
        )
    return dict(content)


def key_credentials(key: dict[str, Any], token_url: str, timeout_s: float) -> "Credentials":
    """Return credentials of a service account, whose token is renewed when it is due.

    Renewing raises `CatalogUnavailableError`.
    """
    from google.oauth2 import credentials, service_account

    try:
        account = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            {**key, "token_uri": token_url}, scopes=[SCOPE]
        )
    except ValueError as error:
        raise CatalogUnavailableError(
            "The private key in the key file cannot be read.", hint=NEW_KEY
        ) from error

    def renew(_request: Any, scopes: Sequence[str] | None = None) -> tuple[str, datetime]:
        _renew(account, token_url, timeout_s)
        return account.token, account.expiry

    return credentials.Credentials(  # type: ignore[no-untyped-call]
        token=None, refresh_handler=renew
    )


def _renew(account: Any, token_url: str, timeout_s: float) -> None:
    from google.auth.exceptions import GoogleAuthError, RefreshError
    from google_auth_httplib2 import Request

    base, _, path = token_url.rpartition("/")
    http = read_only_http(ReadList([base], [Read("POST", f"/{path}")]), timeout=timeout_s)
    try:
        account.refresh(Request(http))
    except RefreshError as error:
        # The same class for an outage: only the body says that the key is no longer valid.
        if "invalid_grant" in str(error):
            raise CatalogUnavailableError(
                "Google no longer accepts the key of the service account.", hint=NEW_KEY
            ) from None
        raise _outage(base, "it answered with an error") from None
    except (GoogleAuthError, OSError) as error:
        raise _outage(base, "it cannot be reached") from error


def _outage(base: str, why: str) -> CatalogUnavailableError:
    return CatalogUnavailableError(
        f"Google's token server, {urlsplit(base).hostname}, gave no token for the service account: "
        f"{why}. The key is not the reason.",
        hint="Check the connection to the Internet. It is asked again at the next check.",
    )
