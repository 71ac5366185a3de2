"""A key for credentials, a server, and a signed-in catalog of its account."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.catalogs.flickr.reading import Reading
from photo_assets_tests.services.flickr.server import FlickrServer


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, new_key())


@pytest.fixture
def server() -> Iterator[FlickrServer]:
    with FlickrServer().running() as running:
        yield running


@pytest.fixture
def reading(server: FlickrServer, tmp_path: Path) -> Reading:
    reading = Reading(server, tmp_path)
    reading.sign_in()
    return reading
