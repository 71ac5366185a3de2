"""Signing in to Google Drive: an application of the person's own, with permission to read alone."""

from photo_assets.catalogs.google_drive.credentials import SCOPE
from photo_assets.catalogs.google_drive.settings import ENDPOINT
from photo_assets.sign_in.google import google_sign_in
from photo_assets.sign_in.protocol import Account, Asking, Scope


def _check(asking: Asking) -> Account:
    about = asking.get("/drive/v3/about", fields="user(emailAddress)")
    return Account(name=str(about["user"]["emailAddress"]))


SIGN_IN = google_sign_in(
    service="Google Drive",
    api="Google Drive API",
    endpoint=ENDPOINT,
    scopes=(Scope(SCOPE, "see and download all your files in Google Drive; it cannot change any"),),
    check=_check,
    notes=(
        "Google calls this permission restricted, because it covers all files. There is no smaller "
        "one: the permission for metadata alone does not allow downloads.",
        "A service account can be used instead of signing in (setting `key_file`). It sees only "
        "what is shared with its address.",
    ),
)
