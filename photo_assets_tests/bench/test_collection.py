"""The measured collection is what it says: every reader reads all of it, a fifth is shared."""

from pathlib import Path

import pytest

from photo_assets.catalogs.discovery.discover import discover
from photo_assets.catalogs.registry import SOURCES, build_catalogs
from photo_assets.library import open_workspace
from photo_assets_tests.bench.make_collection import make_collection
from photo_assets_tests.bench.shots import shot


@pytest.mark.slow
def test_every_reader_reads_its_quarter(tmp_path: Path) -> None:
    make_collection(tmp_path / "home", 480)
    workspace = open_workspace(tmp_path / "home" / "photosync.yaml")
    sources = [source for source in SOURCES if workspace.settings.catalogs.of(source)]
    assert len(sources) == 4
    for source in sources:
        (catalog,) = build_catalogs(workspace, source)
        found = discover(catalog, workspace.staging)
        assert found.offline is None
        assert (found.accounting.written, found.accounting.failed) == (120, 0)
        assert found.manifest is not None
        assert len(found.manifest.months) > 100  # thirty years, evenly


def test_a_fifth_of_the_pictures_is_shared() -> None:
    one = {shot("eagle", n, 100).jpeg() for n in range(100)}
    other = {shot("folders", n, 100).jpeg() for n in range(100)}
    assert (len(one), len(other), len(one & other)) == (100, 100, 20)
