"""The reader contract on a Lightroom catalog."""

from pathlib import Path

import pytest

from photo_assets.catalogs.lightroom.catalog import LightroomCatalog
from photo_assets.catalogs.lightroom.settings import LightroomSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.contract import LocalCatalogContract
from photo_assets_tests.catalogs.lightroom.builder import ROOT, Lrcat, title_packet

PIXELS = b"\xff\xd8not looked into\xff\xd9"


class TestLightroomContract(LocalCatalogContract):
    source_name = "lightroom"

    @pytest.fixture(autouse=True)
    def _scratch_aside(self, tmp_path: Path) -> None:
        self.aside = tmp_path / "lightroom-scratch"

    def populate(self, folder: Path) -> Path:
        for name in ("a.NEF", "a.jpg", "b.jpg", "Überfahrt.jpg"):
            file = folder / "pictures" / "2013" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(PIXELS)
        with Lrcat(folder / "photos.lrcat") as catalog:
            year = catalog.folder(catalog.root(), "2013/")
            raw = catalog.image(catalog.file(year, "a.NEF", sidecarExtensions="JPG,xmp"))
            rated = catalog.photo(year, "b.jpg", rating=4.0, xmp=title_packet("A title"))
            catalog.photo(year, "Überfahrt.jpg", captureTime="1987")
            catalog.photo(year, "gone.jpg", captureTime="nonsense")
            catalog.image(catalog.file(year, "a.NEF ", lc_idx_filename="copy"), masterImage=raw)
            catalog.tag(rated, catalog.keyword("cat", catalog.keyword("animal")))
            catalog.collect(catalog.collection("Best"), rated, raw)
            catalog.image(987654)  # its file record is missing
        return folder / "photos.lrcat"

    def make(self, path: Path) -> Catalog:
        settings = LightroomSettings(path=path, root_map={ROOT: path.parent / "pictures"})
        return LightroomCatalog("test", settings, self.aside)

    def test_scratch_keeps_only_the_list_of_root_folders(self, path: Path) -> None:
        list(self.make(path).scan({}))
        half = self.make(path).scan({})
        next(half)
        del half
        assert [entry.name for entry in self.aside.iterdir()] == ["roots.json"]
