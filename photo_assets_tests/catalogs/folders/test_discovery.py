import os
import time
from pathlib import Path

from photo_assets.catalogs.discovery.discover import discover
from photo_assets_tests.catalogs.folders.reading import catalog
from photo_assets_tests.catalogs.folders.trees import place, small


def test_five_files_being_edited_at_once_are_not_a_disappearance(tmp_path: Path) -> None:
    tree, staging = tmp_path / "photos", tmp_path / "staging"
    paths = [place(tree, f"{n}.jpg", small(n)) for n in range(10)]
    first = discover(catalog(tree), staging)
    assert first.manifest is not None
    assert first.manifest.items == 10
    now = time.time_ns()
    for path in paths[:5]:
        os.utime(path, ns=(now, now))
    second = discover(catalog(tree, settle_seconds=3600), staging)
    assert second.held is None
    assert second.accounting.kept == 0
    assert second.accounting.reasons == {"discarded: still being written": 5}
    assert second.manifest is not None
    assert (second.manifest.items, second.manifest.missing) == (10, 0)
