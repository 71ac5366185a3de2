"""A signed-in Drive of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets_tests.catalogs.google_drive.account import SignedIn, signed_in


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[SignedIn]:
    with signed_in(tmp_path) as made:
        yield made
