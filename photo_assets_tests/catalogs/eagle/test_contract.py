"""The reader contract on an Eagle library with all known irregularities."""

import os
from pathlib import Path

from photo_assets.catalogs.eagle.catalog import EagleCatalog
from photo_assets.catalogs.eagle.settings import EagleSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.contract import LocalCatalogContract
from photo_assets_tests.catalogs.eagle.building import LibraryBuilder, folder, jpeg


class TestEagleContract(LocalCatalogContract):
    source_name = "eagle"

    def populate(self, folder_: Path) -> Path:
        library = LibraryBuilder(folder_ / "Photos.library")
        library.folders([folder("A", "trip", folder("B", "day")), folder("C", "trip")])
        library.add("LX1", tags=["x"], folders=["B", "C", "gone"], star=3, annotation="a\nb")
        library.add("LX2", name="黒色 🎈", media=jpeg(taken="2020:02:03 04:05:06"))
        library.add("LX3", isDeleted=True, deletedTime=1757142268000)
        library.add("LX4", ext="txt", media=b"text", text="text")
        library.add("LX5", ext="mp4", media=b"\0" * 99, duration=2.5)
        (library.add("LX6") / "LX6.jpg").unlink()
        broken = library.add("LX7") / "metadata.json"
        broken.write_bytes(broken.read_bytes()[:50])
        (library.images / ".DS_Store").write_bytes(b"")
        library.add("LX8")
        for number, path in enumerate(sorted(library.root.rglob("*"))):
            os.utime(path, ns=(number * 10**9, number * 10**9))
        return library.root

    def make(self, path: Path) -> Catalog:
        return EagleCatalog("test", EagleSettings(path=path))
