"""The spec: settings, sign-in, what is said of it, and the graph it makes."""

import subprocess
import sys
from typing import Any

import pytest

from photo_assets.catalogs.registry import spec_of
from photo_assets.catalogs.smugmug import SPEC
from photo_assets.catalogs.smugmug.settings import SmugMugSettings
from photo_assets.sign_in.asking import SignedInAccount
from photo_assets.sign_in.permissions import require_read_only
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets_tests.catalogs.smugmug.account import Account


@pytest.mark.parametrize(
    ("change", "in_rows"),
    [
        ({"account": "family"}, True),
        ({"dates_from_names": False}, True),
        ({"endpoint": "http://127.0.0.1:1"}, True),
        ({"enabled": False}, False),
        ({"poll_seconds": 60}, False),
        ({"stale_after_hours": 2.0}, False),
        ({"requests_per_second": 1.0}, False),
        ({"timeout_seconds": 1.0}, False),
        ({"longest_wait_minutes": 1.0}, False),
        ({"full_listing_days": 1.0}, False),
    ],
)
def test_the_digest_covers_what_rows_depend_on(change: dict[str, Any], in_rows: bool) -> None:
    plain, changed = SmugMugSettings(), SmugMugSettings.model_validate(change)
    assert (plain.rows_digest != changed.rows_digest) is in_rows


def test_every_setting_is_among_the_cases() -> None:
    marks = test_the_digest_covers_what_rows_depend_on.pytestmark
    cases = {name for change, _ in marks[0].args[1] for name in change}
    assert cases == set(SmugMugSettings.model_fields)


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
