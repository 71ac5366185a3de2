"""Fixtures of the Lightroom tests."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photo_assets_tests.catalogs.lightroom.builder import Lrcat


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A directory for temporary copies, outside of the user's folder in the tests."""
    return tmp_path / "scratch"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The user's folder, which no reader may change."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def lrcat(home: Path) -> Iterator[Lrcat]:
    """An empty Lightroom 14 catalog."""
    with Lrcat(home / "photos.lrcat") as catalog:
        yield catalog


@pytest.fixture
def real_catalog(real_data: Path, home: Path) -> Callable[[str], Path]:
    """Copy a real catalog by name into the user's folder."""

    def copy(name: str) -> Path:
        target = home / f"{name}.lrcat"
        shutil.copyfile(real_data / "lightroom" / target.name, target)
        return target

    return copy
