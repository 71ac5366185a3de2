"""Signing in to Google Drive: an application of the person's own, with permission to read alone."""

from typing import Final

from photo_assets.catalogs.google_drive.credentials import SCOPE
from photo_assets.catalogs.google_drive.settings import ENDPOINT
from photo_assets.sign_in.protocol import Account, Asking, OAuth2, Scope

TOKEN_URL: Final = "https://oauth2.googleapis.com/token"  # noqa: S105


def _check(asking: Asking) -> Account:
    about = asking.get("/drive/v3/about", fields="user(emailAddress)")
    return Account(name=str(about["user"]["emailAddress"]))


SIGN_IN = OAuth2(
    service="Google Drive",
    endpoint=ENDPOINT,
    scopes=(Scope(SCOPE, "see and download all your files in Google Drive; it cannot change any"),),
    check=_check,
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url=TOKEN_URL,
    revoke_url="https://oauth2.googleapis.com/revoke",
    # Without these Google gives no token that renews the access, or only at the first sign-in.
    parameters={"access_type": "offline", "prompt": "consent"},
    id_env="GOOGLE_CLIENT_ID",
    secret_env="GOOGLE_CLIENT_SECRET",  # noqa: S106
    registering="In the Google Cloud console create a project, enable the Google Drive API in it, "
    "and create an OAuth client of the type Desktop app.",
    notes=(
        "While the publishing status of the application is Testing, Google ends the sign-in after "
        "seven days. Set it to In production to keep it; you will be warned that Google has not "
        "verified the application, which is your own.",
        "Google calls this permission restricted, because it covers all files. There is no smaller "
        "one: the permission for metadata alone does not allow downloads.",
        "A service account can be used instead of signing in (setting `key_file`). It sees only "
        "what is shared with its address.",
    ),
    ending="End it at https://myaccount.google.com/connections",
)
