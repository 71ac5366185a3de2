"""An account of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.catalogs.smugmug.account import Account
from photo_assets_tests.services.smugmug.server import SmugMugServer


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, new_key())
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@pytest.fixture
def server() -> Iterator[SmugMugServer]:
    with SmugMugServer().running() as running:
        yield running


@pytest.fixture
def account(server: SmugMugServer, tmp_path: Path) -> Account:
    made = Account(server, tmp_path)
    made.sign_in()
    return made
