"""Measures the readings of a large SmugMug account: see `online_readings`.

    python -m photo_assets_tests.bench.smugmug 1000 100

The least number of calls is one for the account, one for each full page of albums, and one for each
full page of the images of an album; a tick needs the pages of albums alone.
"""

import argparse
import math
from pathlib import Path

from photo_assets.catalogs.smugmug.catalog import SmugMugCatalog
from photo_assets.catalogs.smugmug.settings import SmugMugSettings
from photo_assets_tests.bench.online_readings import (
    CHANGES,
    FIRST,
    NOCHANGE,
    TICK,
    Account,
    add_arguments,
    run,
)
from photo_assets_tests.configured import workspace_of
from photo_assets_tests.services.control import Control
from photo_assets_tests.services.smugmug.settings import Settings

_ALBUMS, _IMAGES = 1_000, 100
_NEW = 3


class Albums(Account):
    """An account of `albums` albums of `images` images each."""

    module = "photo_assets_tests.bench.smugmug"

    def __init__(self, albums: int, images: int) -> None:
        self.items, self.size = albums * images, [str(albums), str(images)]
        given = ["--albums", str(albums), "--images", str(images)]
        self.stand_in = ["photo_assets_tests.services.smugmug", *given]
        lists, after = math.ceil(albums / _ALBUMS), math.ceil((albums + _NEW) / _ALBUMS)
        first = 1 + lists + albums * math.ceil(images / _IMAGES)
        self.least = {FIRST: first, NOCHANGE: lists, TICK: lists, CHANGES: after + _NEW}

    def sign_in(self, url: str, folder: Path) -> None:
        """Store a sign-in for the account at `url`."""
        given = Settings()
        values = {
            "kind": "oauth1",
            "endpoint": url,
            "client_id": given.api_key,
            "client_secret": given.api_secret,
            "token": given.token,
            "token_secret": given.token_secret,
        }
        workspace_of({}, folder).credentials.write("smugmug", "bench", values)

    def catalog(self, url: str, folder: Path) -> SmugMugCatalog:
        """Return the catalog of the account at `url`."""
        settings = SmugMugSettings(endpoint=url, requests_per_second=1_000)
        return SmugMugCatalog("bench", settings, workspace_of({}, folder))

    def edit(self, url: str) -> int:
        """Add albums with one image each; return their number."""
        person = Control(url)
        for _ in range(_NEW):
            album = person.order("/__add_album", name="New")["key"]
            person.order("/__add_image", album=album, file_name=f"{album}.jpg")
        return _NEW


def main() -> None:
    parser = argparse.ArgumentParser(prog=f"python -m {Albums.module}")
    parser.add_argument("albums", type=int, nargs="?", default=1_000)
    parser.add_argument("images", type=int, nargs="?", default=100, help="in each album")
    add_arguments(parser)
    given = parser.parse_args()
    run(Albums(given.albums, given.images), given)


if __name__ == "__main__":
    main()
