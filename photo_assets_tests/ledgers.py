"""Fixtures that give a test an empty ledger, on SQLite and on PostgreSQL."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.ledger import Ledger, PhotoRegistry, open_ledger
from photo_assets_tests.postgres import new_database, private_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a private PostgreSQL server; skips where its programs are missing."""
    with private_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    with new_database(server, f"t{secrets.token_hex(6)}") as url:
        yield url


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """An open ledger, of each kind."""
    return open_ledger(ledger_url)


@pytest.fixture
def sqlite_registry(tmp_path: Path) -> PhotoRegistry:
    """A registry in a new SQLite ledger, for tests of rules that no database decides."""
    return PhotoRegistry(open_ledger(f"sqlite:///{tmp_path / 'registry.sqlite'}"))
