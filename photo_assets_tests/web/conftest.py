"""Workspaces, and the page that shows them."""

from collections.abc import Iterator

import pytest

from photo_assets.library import open_workspace
from photo_assets_tests.web.visiting import Page, served


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of a library without catalogs, in which nothing was ever stored."""
    file = tmp_path_factory.mktemp("empty") / "photosync.yaml"
    file.write_text("catalogs: {}\n")
    with served(lambda: open_workspace(file)) as found:
        yield found
