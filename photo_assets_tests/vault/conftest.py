"""A library of a few files."""

from pathlib import Path

import pytest

from photo_assets_tests.vault.library import VaultLibrary


@pytest.fixture
def library(tmp_path: Path) -> VaultLibrary:
    return VaultLibrary(tmp_path)
