"""The reader contract on a stand-in server, with the oddities of assets."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.contract import CatalogContract
from photo_assets_tests.catalogs.immich.account import Account
from photo_assets_tests.services.immich.server import KEY, ImmichServer


class TestImmichContract(CatalogContract):
    source_name = "immich"

    @pytest.fixture
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
        monkeypatch.setenv("IMMICH_API_KEY", KEY)
        with ImmichServer().running() as server:
            store = server.store
            first, second = store.add("IMG_1.jpg"), store.add("黒色 🎈.heic", isFavorite=True)
            store.add_external("/mnt/photos/DSC_1.NEF")
            store.add("broken.jpg", checksum="not base64!")
            store.trash(store.add("old.jpg"))
            store.put_album("Trip", [first, second])
            store.put_tag("Places/Köln", [second])
            store.put_stack(first, second)
            yield Account(server, tmp_path, longest_wait_minutes=0.0)

    def make(self, place: Account) -> Catalog:
        catalog = place.catalog()
        catalog._name = "test"
        return catalog

    def take_away(self, place: Account, elsewhere: Path) -> None:
        os.environ.pop("IMMICH_API_KEY")
