"""A server of each test's own."""

from collections.abc import Iterator

import pytest

from photo_assets_tests.services.flickr.server import FlickrServer


@pytest.fixture
def server() -> Iterator[FlickrServer]:
    with FlickrServer().running() as running:
        yield running
