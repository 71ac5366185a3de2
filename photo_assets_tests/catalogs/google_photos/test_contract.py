"""The contract of all catalogs, kept by the reader of what was picked in Google Photos."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.contract import CatalogContract
from photo_assets_tests.catalogs.google_photos.account import SignedIn, signed_in


class TestGooglePhotosContract(CatalogContract):
    source_name = "google_photos"

    @pytest.fixture
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignedIn]:
        folder = tmp_path / "place"
        folder.mkdir()
        with signed_in(folder, monkeypatch) as photos:
            library = photos.server.library
            first = [library.add_photo(), library.add_video(), library.add_photo("a.CR3")]
            unknown = library.add_photo("a.pdf", type="TYPE_UNSPECIFIED")
            library.items[unknown]["mediaFile"]["mimeType"] = "application/pdf"
            photos.pick([*first, unknown])
            photos.pick([first[0], library.add_photo(createTime=None)])
            yield photos

    def make(self, place: Any) -> Catalog:
        return place.catalog()  # type: ignore[no-any-return]

    def take_away(self, place: Any, elsewhere: Path) -> None:
        place.picks.folder.rename(elsewhere)
