"""Signing in to Google Photos: with permission to read what the person picks, and nothing else."""

from typing import Final

from photo_assets.catalogs.google_photos.settings import ENDPOINT
from photo_assets.sign_in.google import google_sign_in
from photo_assets.sign_in.protocol import Account, Asking, Scope

SCOPE: Final = "https://www.googleapis.com/auth/photospicker.mediaitems.readonly"
API: Final = "Google Photos Picker API"

CLOSED: Final = (
    "On 2025-03-31, Google closed reading a whole Google Photos library by its API. Only what you "
    "pick by hand is read here; for everything else, read a Takeout export as google_takeout."
)
STRIPPED: Final = (
    "Google removes the place from what is picked and re-encodes videos, and states no checksum. "
    "Picked items are recorded as reduced, and are never the master of a photo that has an "
    "original elsewhere."
)

_TOKEN_INFO: Final = "https://oauth2.googleapis.com/tokeninfo"  # noqa: S105
_UNNAMED: Final = "a Google account"


def _check(asking: Asking) -> Account:
    """Ask which permissions were granted. Who signed in is not stated without a further one."""
    reply = asking.get(_TOKEN_INFO, access_token=str(asking.values["access_token"]))
    return Account(_UNNAMED, tuple(str(reply["scope"]).split()))


SIGN_IN: Final = google_sign_in(
    service="Google Photos",
    api=API,
    endpoint=ENDPOINT,
    scopes=(Scope(SCOPE, "see the photos and videos that you pick, until the picking expires"),),
    check=_check,
    notes=(CLOSED, STRIPPED),
)
