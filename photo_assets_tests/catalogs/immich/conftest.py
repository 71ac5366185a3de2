"""A server of each test's own, and a library that reads it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets_tests.catalogs.immich.account import Account
from photo_assets_tests.services.immich.server import KEY, ImmichServer


@pytest.fixture
def server() -> Iterator[ImmichServer]:
    with ImmichServer().running() as running:
        yield running


@pytest.fixture
def account(server: ImmichServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    return Account(server, tmp_path)
