"""A workspace with a question of every kind that can be asked about values."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from photo_assets.model.vocabulary import Availability
from photo_assets_tests.questions.library import Asked, entry

PLACES: tuple[dict[str, Any], ...] = (
    {"gps_latitude": 1.0, "gps_longitude": 2.0},
    {"gps_latitude": 9.0, "gps_longitude": 2.0},
)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Ask about a caption, a rating, a place and an exact duplicate in May, a title in June."""
    return Asked(
        tmp_path_factory.mktemp("made"),
        [
            entry("lightroom", "1", caption="At the sea", rating=3, **PLACES[0]),
            entry("eagle", "1", caption="At the sea, in May", rating=4, **PLACES[1]),
            entry("lightroom", "2"),
            entry("lightroom", "2 again", b"2"),
            entry("lightroom", "3", month=6, title="Hill"),
            entry("eagle", "3", month=6, title="Mount"),
            entry("flickr", "4", month=7, availability=Availability.MISSING),
        ],
    )


@pytest.fixture
def asked(made: Asked, tmp_path: Path) -> Asked:
    """Return a copy for one test."""
    shutil.copytree(made.folder, tmp_path / "library")
    return Asked(tmp_path / "library", made.catalogs.things.values(), made=True)
