"""A key, a store, and the small service on a socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import find_key, new_key
from photo_assets_tests.services.server import running
from photo_assets_tests.sign_in.service import Service


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    text = new_key()
    monkeypatch.setenv(KEY_VARIABLE, text)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("PHOTOBOX_ID", "PHOTOBOX_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return text


@pytest.fixture
def store(tmp_path: Path) -> CredentialStore:
    return CredentialStore(tmp_path / "data" / "credentials", find_key)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def url(service: Service) -> Iterator[str]:
    with running(service.app) as address:
        yield address
