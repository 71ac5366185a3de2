"""The spec: its sign-in, and what is loaded with it."""

import subprocess
import sys

import pytest

from photo_assets.catalogs.registry import spec_of
from photo_assets.catalogs.smugmug import SPEC
from photo_assets.catalogs.smugmug.settings import SmugMugSettings
from photo_assets.sign_in.asking import SignedInAccount
from photo_assets.sign_in.permissions import require_read_only
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets_tests.catalogs.smugmug.account import Account


def test_the_catalog_is_listed_with_its_sign_in() -> None:
    assert spec_of("smugmug") is SPEC
    assert SPEC.sign_in is not None
    assert SPEC.sign_in.endpoint == SmugMugSettings().endpoint
    for name in ("authorize_url", "request_url", "access_url"):
        assert getattr(SPEC.sign_in, name).startswith("https://")


def test_listing_the_spec_loads_no_client() -> None:
    code = (
        "import sys, photo_assets.catalogs.registry;"
        "print([n for n in ('requests', 'requests_oauthlib') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("access", "granted"), [("Full", True), ("Public", False)])
def test_the_sign_in_asks_who_signed_in_and_what_was_granted(
    account: Account, access: str, granted: bool
) -> None:
    assert SPEC.sign_in is not None
    account.server.settings.access = access
    signed = CatalogSignIn("smugmug", "test", SPEC.sign_in, account.server.base_url)
    values = account.workspace.credentials.read("smugmug", "test")
    assert values is not None
    found = SPEC.sign_in.check(SignedInAccount(signed, values))
    assert found.name == "stand-in"
    assert found.granted is not None
    assert ("Access=Full" in found.granted) is granted
    if granted:
        require_read_only(signed, found.granted)
    else:
        with pytest.raises(Exception, match="Access=Full"):
            require_read_only(signed, found.granted)
