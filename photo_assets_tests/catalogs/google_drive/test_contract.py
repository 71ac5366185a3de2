"""The contract of all catalogs, kept by the reader of Google Drive."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.contract import CatalogContract
from photo_assets_tests.catalogs.google_drive.account import SignedIn, signed_in
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.google_drive.samples import camera


class TestGoogleDriveContract(CatalogContract):
    source_name = "google_drive"

    @pytest.fixture
    def place(self, tmp_path: Path) -> Iterator[SignedIn]:
        folder = tmp_path / "place"
        folder.mkdir()
        with signed_in(folder) as drive:
            account = drive.account
            year = account.add_folder("2019")
            photo = account.add_file("a.jpg", b"a", year, imageMediaMetadata=camera())
            account.add_file("b.CR3", b"b")
            account.add_file("no photo.bin", b"c")
            account.add_file("d.heic", b"d", owner="friend@photos.example")
            account.add_file("e.mp4", b"e", drive=account.add_drive("Family"))
            account.add_shortcut("link", photo)
            account.share(photo, "anyone")
            account.trash(account.add_file("f.jpg", b"f"))
            yield drive

    def make(self, place: Any) -> Catalog:
        return place.catalog()  # type: ignore[no-any-return]

    def take_away(self, place: Any, elsewhere: Path) -> None:
        place.server.faults.script(Step(Fault(FaultKind.DROP_BEFORE), times=None))
