"""A missing file changes only the availability in its row."""

import errno
import io
import json
import os
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from PIL import Image

from photo_assets.catalogs.discovery.discover import catalog_folder, discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.eagle import rows as eagle_rows
from photo_assets.catalogs.eagle.catalog import EagleCatalog
from photo_assets.catalogs.eagle.settings import EagleSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.eagle.building import LibraryBuilder
from photo_assets_tests.catalogs.lightroom.builder import ROOT, Lrcat
from photo_assets_tests.catalogs.lightroom.reading import reader

ABOUT_NOW = ("availability", "change_token", "item_digest", "reader_version")
HOW = ("as always", "full scan", "newer reader")
NFD = unicodedata.normalize("NFD", "Müll.jpg")
Row = dict[str, Any]


class Shelf:
    """One catalog and its discovery folder."""

    def __init__(self, catalog: Catalog, staging: Path) -> None:
        self.catalog, self.staging = catalog, staging

    def discover(self, how: str = HOW[0], patch: pytest.MonkeyPatch | None = None) -> None:
        if patch is not None and how == "newer reader":
            patch.setattr(type(self.catalog), "reader_version", 99)
        found = discover(
            self.catalog, self.staging, full=how == "full scan", guard=Guard(percent=100.0)
        )
        assert found.accounting.balanced

    def rows(self) -> dict[str, Row]:
        folder = catalog_folder(self.staging, self.catalog.source, self.catalog.name)
        manifest = load_manifest(folder)
        assert manifest is not None
        table = pa.concat_tables(read_part(folder, part) for part in manifest.months.values())
        return {row["file_name"]: row for row in table.to_pylist()}


def lasting(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ABOUT_NOW}


@pytest.fixture
def lightroom(tmp_path: Path) -> Shelf:
    disk = tmp_path / "disk" / "2013"
    disk.mkdir(parents=True)
    for name in ("a.jpg", "B.JPG", NFD):
        (disk / name).write_bytes(name.encode())
    with Lrcat(tmp_path / "photos.lrcat") as catalog:
        folder = catalog.folder(catalog.root(), "2013/")
        for name in ("a.jpg", "b.jpg", "Müll.jpg", "never.jpg"):
            catalog.photo(folder, name)
    shelf = Shelf(
        reader(tmp_path / "photos.lrcat", tmp_path, {ROOT: tmp_path / "disk"}), tmp_path / "st"
    )
    shelf.discover()
    return shelf


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("mount_point_stays", [False, True])
def test_lightroom_rows_keep_values_of_files_on_an_unplugged_disk(
    tmp_path: Path,
    lightroom: Shelf,
    how: str,
    mount_point_stays: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = lightroom.rows()
    assert before["B.JPG"]["file_size"] == 5
    (tmp_path / "disk").rename(tmp_path / "away")
    if mount_point_stays:
        (tmp_path / "disk").mkdir()
    lightroom.discover(how, monkeypatch)
    after = lightroom.rows()
    assert {name: row["availability"] for name, row in after.items()} == dict.fromkeys(
        before, "offline"
    )
    for name in ("a.jpg", "B.JPG", NFD):
        assert lasting(after[name]) == lasting(before[name])
    assert after["never.jpg"]["file_size"] is None
    if mount_point_stays:
        (tmp_path / "disk").rmdir()
    (tmp_path / "away").rename(tmp_path / "disk")
    lightroom.discover()
    told = {name: {**row, "change_token": None} for name, row in lightroom.rows().items()}
    assert told == {name: {**row, "change_token": None} for name, row in before.items()}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", ["a.jpg", "B.JPG", NFD])
def test_lightroom_rows_keep_values_of_a_missing_file(
    tmp_path: Path, lightroom: Shelf, how: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lightroom.rows()
    (tmp_path / "disk/2013" / name).unlink()
    for _ in range(2):
        lightroom.discover(how, monkeypatch)
        after = lightroom.rows()
        assert after[name]["availability"] == "missing"
        assert lasting(after[name]) == lasting(before[name])
        assert after.keys() == before.keys()


def test_changes_in_the_catalog_apply_while_the_file_is_missing(
    tmp_path: Path, lightroom: Shelf
) -> None:
    before = lightroom.rows()["a.jpg"]
    (tmp_path / "disk/2013/a.jpg").unlink()
    lightroom.discover()
    with Lrcat.opened(tmp_path / "photos.lrcat") as catalog:
        catalog.db.execute("UPDATE Adobe_images SET rating = 4")
    lightroom.discover()
    after = lightroom.rows()["a.jpg"]
    assert after["rating"] == 4
    assert after["file_size"] == before["file_size"]


def test_a_file_that_its_catalog_moved_is_looked_for_at_its_new_place(
    tmp_path: Path, lightroom: Shelf
) -> None:
    """The known values of its content are kept; the path comes from the catalog."""
    before = lightroom.rows()["a.jpg"]
    (tmp_path / "disk/2013/a.jpg").unlink()
    with Lrcat.opened(tmp_path / "photos.lrcat") as catalog:
        catalog.db.execute("UPDATE AgLibraryFolder SET pathFromRoot = '2014/'")
    lightroom.discover()
    after = lightroom.rows()["a.jpg"]
    assert after["path"] == str(tmp_path / "disk/2014/a.jpg")
    assert after["file_size"] == before["file_size"]


def test_other_bytes_in_its_place_are_seen(tmp_path: Path, lightroom: Shelf) -> None:
    file = tmp_path / "disk/2013/a.jpg"
    file.unlink()
    lightroom.discover()
    file.write_bytes(b"another content")
    lightroom.discover()
    row = lightroom.rows()["a.jpg"]
    assert (row["file_size"], row["availability"]) == (15, "online")
    assert row["file_ctime_ns"] == file.stat().st_ctime_ns


def tagged_jpeg() -> bytes:
    """Return a JPEG with a capture time, a camera and an XMP packet with words."""
    words = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmp:Rating="3"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Harbour</rdf:li></rdf:Alt>'
        "</dc:title><dc:description><rdf:Alt><rdf:li "
        'xml:lang="x-default">Boats at dawn</rdf:li></rdf:Alt></dc:description><dc:subject>'
        "<rdf:Bag><rdf:li>boat</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF>"
        "</x:xmpmeta>"
    )
    exif = Image.Exif()
    exif[271], exif[272] = "Box", "Box 1"
    exif.get_ifd(0x8769)[0x9003] = "2020:05:06 07:08:09"
    out = io.BytesIO()
    Image.new("RGB", (48, 32)).save(out, "JPEG", exif=exif, xmp=words.encode())
    return out.getvalue()


@pytest.fixture
def eagle(tmp_path: Path) -> Shelf:
    library = LibraryBuilder(tmp_path / "ideas.library")
    library.add("K0", tagged_jpeg(), name="plain", tags=["blue"], star=4)
    library.add("K1", tagged_jpeg(), name="named", annotation="My words", tags=["boat"])
    settings = EagleSettings(path=tmp_path / "ideas.library")
    shelf = Shelf(EagleCatalog("test", settings), tmp_path / "st")
    shelf.discover()
    return shelf


def require_everything(row: Row) -> None:
    """The file's words are in the row, so that there is something to lose."""
    assert row["camera_model"] == "Box 1"
    assert row["capture_time"] is not None
    assert row["title"] == "Harbour"
    assert "boat" in [keyword["path"][-1] for keyword in row["keywords"]]
    assert json.loads(row["extras"])["embedded_rating"] == 3


@pytest.mark.parametrize("how", HOW)
def test_eagle_rows_keep_values_of_a_missing_file(
    tmp_path: Path, eagle: Shelf, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = eagle.rows()
    for row in before.values():
        require_everything(row)
    for item_id, name in (("K0", "plain"), ("K1", "named")):
        file = tmp_path / f"ideas.library/images/{item_id}.info/{name}.jpg"
        file.rename(tmp_path / f"{name}.away")
    for _ in range(2):
        eagle.discover(how, monkeypatch)
        after = eagle.rows()
        assert {row["availability"] for row in after.values()} == {"missing"}
        assert {n: lasting(row) for n, row in after.items()} == {
            n: lasting(row) for n, row in before.items()
        }


@pytest.mark.parametrize("how", HOW)
def test_eagle_rows_keep_values_of_an_unreadable_file(
    tmp_path: Path, eagle: Shelf, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk gives errors; as soon as it does not any more the file is read."""
    before = eagle.rows()
    folder = tmp_path / "ideas.library/images/K0.info"
    os.utime(folder / "plain.jpg", ns=(5, 5))

    def refuse(path: str) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(eagle_rows, "open_regular", refuse)
        eagle.discover(how, patch)
        after = eagle.rows()["plain.jpg"]
    assert lasting(after) == {
        **lasting(before["plain.jpg"]),
        "file_mtime_ns": 5,
        "file_ctime_ns": (folder / "plain.jpg").stat().st_ctime_ns,
    }
    assert after["availability"] == "online"
    assert after["change_token"] is None
    eagle.discover()
    assert eagle.rows()["plain.jpg"]["change_token"] is not None


def test_eagle_states_new_texts_for_a_missing_file(tmp_path: Path, eagle: Shelf) -> None:
    folder = tmp_path / "ideas.library/images/K0.info"
    (folder / "plain.jpg").unlink()
    document = json.loads((folder / "metadata.json").read_text())
    document |= {"star": 2, "annotation": "Typed in Eagle", "tags": ["blue", "red"]}
    (folder / "metadata.json").write_text(json.dumps(document))
    eagle.discover()
    row = eagle.rows()["plain.jpg"]
    assert (row["rating"], row["caption"], row["title"]) == (2, "Typed in Eagle", "Harbour")
    assert {keyword["path"][-1] for keyword in row["keywords"]} == {"blue", "red", "boat"}
    assert row["camera_model"] == "Box 1"
