"""The reader of Flickr accounts holds to the contract of catalogs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.contract import CatalogContract
from photo_assets_tests.catalogs.flickr.reading import Reading
from photo_assets_tests.services.flickr.server import FlickrServer


class TestFlickrContract(CatalogContract):
    """An account with photos of every visibility, a set, a video, and one that cannot be read."""

    source_name: ClassVar[str] = "flickr"

    @pytest.fixture
    def place(self, reading: Reading) -> Iterator[Reading]:
        account = reading.server.account
        photos = [
            account.add_photo(title="Jon Snow", public=True, tags=("Jon Snow", "checksum:md5=x")),
            account.add_photo(description="<b>a</b>", friend=True, place=(45.8, 15.9, 11)),
            account.add_photo(taken="1999-00-00 00:00:00", granularity=6, safety=2),
            account.add_photo(media="video", taken_unknown=True),
        ]
        account.add_photo(odd={"license": {"id": 4}})
        account.add_set("Set", photos[:3])
        account.add_set("Empty", [])
        yield reading

    def make(self, place: Any) -> Catalog:
        catalog: Catalog = place.catalog()
        return catalog

    def take_away(self, place: Any, elsewhere: Path) -> None:
        server: FlickrServer = place.server
        server.keys.revoked = True
