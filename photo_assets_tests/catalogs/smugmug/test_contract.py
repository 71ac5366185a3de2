"""The reader holds to the contract of all readers."""

from pathlib import Path
from typing import Any

import pytest

from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.contract import CatalogContract
from photo_assets_tests.catalogs.smugmug.account import Account
from photo_assets_tests.services.faults import Fault, FaultKind, Step


class TestSmugMugContract(CatalogContract):
    source_name = "smugmug"

    @pytest.fixture
    def place(self, account: Account) -> Any:
        library = account.library
        family = library.add_folder("Family", privacy="Unlisted")
        album = library.add_album("Kids", family)
        other = library.add_album("Best")
        taken = {"DateTimeCreated": "2019-08-04T11:28:12"}
        first = library.add_image(album, "a.jpg", metadata=taken, keywords=("a", "b"))
        library.add_image(album, "b.mov", video=True, format="MP4")
        library.add_image(album, "c.heic", latitude="47.9", longitude="-123.4", metadata=None)
        library.add_image(album, "notes.pdf", format="PDF")
        library.collect(first, other)
        return account

    def make(self, place: Any) -> Catalog:
        return place.catalog()  # type: ignore[no-any-return]

    def take_away(self, place: Any, elsewhere: Path) -> None:
        place.server.faults.script(Step(Fault(FaultKind.UNAVAILABLE), times=None))
