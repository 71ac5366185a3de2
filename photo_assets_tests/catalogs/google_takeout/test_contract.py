"""The reader contract on Takeout archives and unpacked files."""

from pathlib import Path

from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.contract import LocalCatalogContract
from photo_assets_tests.catalogs.google_takeout.export import (
    ROOT,
    YEAR,
    album_json,
    catalog,
    jpeg,
    photo_json,
    unpack,
    write_part,
)

ENTRIES = {
    f"{YEAR}/IMG_1.jpg": jpeg(1),
    f"{YEAR}/IMG_1.jpg.supplemental-metadata.json": photo_json("IMG_1.jpg", favorited=True),
    f"{YEAR}/IMG_1-bearbeitet.jpg": jpeg(2),
    f"{YEAR}/IMG_2.HEIC": b"not really",
    f"{YEAR}/IMG_2.HEIC.json": photo_json("IMG_2.HEIC"),
    f"{YEAR}/IMG_2.MP4": b"nor this",
    f"{ROOT}/Zürich/IMG_1.jpg": jpeg(1),
    f"{ROOT}/Zürich/IMG_1.jpg.supplemental-metadata.json": photo_json("IMG_1.jpg"),
    f"{ROOT}/Zürich/Metadaten.json": album_json("Zürich"),
    f"{ROOT}/print-subscriptions.json": b"{}",
    f"{YEAR}/gone.jpg.json": photo_json("gone.jpg"),
    f"{YEAR}/broken.jpg.json": b'{"title": ',
}


class TestTakeoutZipContract(LocalCatalogContract):
    source_name = "google_takeout"
    kind = "zip"

    def populate(self, folder: Path) -> Path:
        path = folder / "takeout"
        media = {name: content for name, content in ENTRIES.items() if not name.endswith("json")}
        jsons = {name: content for name, content in ENTRIES.items() if name.endswith("json")}
        write_part(path, 1, media, self.kind)
        write_part(path, 3, jsons, self.kind)
        return path

    def make(self, path: Path) -> Catalog:
        return catalog(path)


class TestTakeoutTarContract(TestTakeoutZipContract):
    kind = "tgz"


class TestTakeoutTreeContract(TestTakeoutZipContract):
    def populate(self, folder: Path) -> Path:
        path = unpack(folder / "takeout", ENTRIES)
        (path / YEAR / "link.jpg").symlink_to("IMG_1.jpg")
        return path
