"""A library of a few files, and stores in buckets."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from photo_assets.ledger import Ledger
from photo_assets_tests.vault.library import VaultLibrary
from photo_assets_tests.vault.s3.stores import Cloud, give_keys, ledger_of_calls

if TYPE_CHECKING:
    from photo_assets_tests.services.seaweedfs.server import SeaweedFS


@pytest.fixture
def library(tmp_path: Path) -> VaultLibrary:
    return VaultLibrary(tmp_path)


@pytest.fixture(scope="session")
def calls() -> Iterator[Ledger]:
    """The ledger that has the rate limits of all stores of the tests."""
    with ledger_of_calls() as ledger:
        yield ledger


@pytest.fixture
def cloud(seaweedfs: "SeaweedFS", calls: Ledger, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Stores at a real server; skips where it is missing."""
    give_keys(monkeypatch, seaweedfs)
    return Cloud(seaweedfs, calls)
