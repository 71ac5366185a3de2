"""A separate cache for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.identity.fingerprints.cache import FingerprintCache


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[FingerprintCache]:
    found = FingerprintCache(tmp_path / "cache" / "fingerprints.sqlite")
    yield found
    found.close()
