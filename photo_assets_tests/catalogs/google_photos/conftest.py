"""A signed-in Google Photos of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets_tests.catalogs.google_photos.account import SignedIn, signed_in


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignedIn]:
    with signed_in(tmp_path, monkeypatch) as made:
        yield made
