"""The walk of one photo to its fingerprint has been a third longer; it does not grow again."""

from pathlib import Path

import pytest

from photo_assets_tests.bench.against.commit import ROOT
from photo_assets_tests.bench.walk import measure


@pytest.mark.slow
def test_the_walk_is_not_longer_than_it_was(tmp_path: Path) -> None:
    walk = measure(ROOT, tmp_path)
    assert "photo_assets/identity/monthly.py" in walk.modules
    assert "photo_assets/identity/fingerprints/worker.py" in walk.modules
    assert len(walk.modules) <= 19, walk.modules
    assert len(walk.changes) <= 26, walk.changes
