"""A workspace and a shelf for each test."""

from pathlib import Path

import pytest

from photo_assets.library import open_workspace
from photo_assets.workspace import Workspace
from photo_assets_tests.sinks.engine.shelving import shelf_registered

__all__ = ["shelf_registered"]


@pytest.fixture(autouse=True)
def _shelf(shelf_registered: None) -> None:
    """Every test here has the shelf among the sinks."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    file = tmp_path / "photosync.yaml"
    file.write_text("data_dir: data\n")
    return open_workspace(file)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf.sqlite"
