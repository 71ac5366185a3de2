"""An account at the SmugMug stand-in whose albums may be renamed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.albums.account import RenamedAccount
from photo_assets_tests.services.smugmug.server import SmugMugServer


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RenamedAccount]:
    monkeypatch.setenv(KEY_VARIABLE, new_key())
    for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    with SmugMugServer().running() as server:
        yield RenamedAccount(server, tmp_path)
