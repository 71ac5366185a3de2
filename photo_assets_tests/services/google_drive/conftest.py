"""A server of each test's own."""

from collections.abc import Iterator

import pytest

from photo_assets_tests.services.google_drive.server import GoogleDriveServer


@pytest.fixture
def server() -> Iterator[GoogleDriveServer]:
    with GoogleDriveServer().running() as running:
        yield running
        assert running.violations == []
