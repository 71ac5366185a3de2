"""A library for the history."""

from pathlib import Path

import pytest

from photo_assets_tests.vault.history.library import HistoryLibrary


@pytest.fixture
def history(tmp_path: Path) -> HistoryLibrary:
    return HistoryLibrary(tmp_path)
