"""Detecting changes: tokens that cover all values, the probe, and leftovers of killed runs."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from photo_assets.catalogs.lightroom.catalog import LightroomCatalog
from photo_assets.catalogs.lightroom.scratch import scan_directory, sweep
from photo_assets.catalogs.lightroom.settings import LightroomSettings
from photo_assets.catalogs.protocol import KnownItems
from photo_assets.model.events import Found, Unchanged
from photo_assets_tests.catalogs.lightroom.builder import ROOT, Lrcat, title_packet
from photo_assets_tests.catalogs.lightroom.reading import items, reader

# Edits that leave Adobe_images.touchTime of the photo as it was, as SQL.
EDITS = {
    "a keyword is renamed": "UPDATE AgLibraryKeyword SET name = 'Katze' WHERE name = 'cat'",
    "its parent is renamed": "UPDATE AgLibraryKeyword SET name = 'Tier' WHERE name = 'animal'",
    "a keyword is removed": "DELETE FROM AgLibraryKeywordImage",
    "a synonym": "INSERT INTO AgLibraryKeywordSynonym (keyword, name) "
    "SELECT id_local, 'Kitty' FROM AgLibraryKeyword WHERE name = 'cat'",
    "a collection is left": "DELETE FROM AgLibraryCollectionImage",
    "a collection is renamed": "UPDATE AgLibraryCollection SET name = 'Worst'",
    "a face is named": "UPDATE AgLibraryKeywordFace SET userPick = 1",
    "a face is moved": "UPDATE AgLibraryFace SET tl_x = 0.3, bl_x = 0.3",
    "a title in the packet": "UPDATE Adobe_AdditionalMetadata SET xmp = 'x'",
    "a caption": "UPDATE AgLibraryIPTC SET caption = 'new'",
    "a folder moves": "UPDATE AgLibraryFolder SET pathFromRoot = '2014/' WHERE pathFromRoot = '2013/'",
    "an interned text": "UPDATE AgInternedIptcCity SET value = 'Roma'",
    "coordinates": "UPDATE AgHarvestedExifMetadata SET gpsLatitude = 12.0",
    "develop settings": "UPDATE Adobe_imageDevelopSettings SET text = 's = { }'",
    "publishing": "UPDATE AgRemotePhoto SET remoteId = 'other'",
    "a place in a stack": "UPDATE AgLibraryFolderStackImage SET position = 3 WHERE position = 2",
    "the import date": "UPDATE AgLibraryImport SET importDate = '2001-01-01T00:00:00Z'",
}


@pytest.fixture
def full(lrcat: Lrcat, tmp_path: Path) -> Path:
    """Build one photo with everything attached, and another that no edit touches."""
    (tmp_path / "pictures" / "2013").mkdir(parents=True)
    (tmp_path / "pictures" / "2013" / "a.jpg").write_bytes(b"1")
    folder = lrcat.folder(lrcat.root(), "2013/")
    image = lrcat.photo(folder, "a.jpg", xmp=title_packet("A title"))
    other = lrcat.photo(lrcat.folder(lrcat.root("/other/")), "other.jpg")
    cat = lrcat.keyword("cat", lrcat.keyword("animal"))
    lrcat.tag(image, cat)
    lrcat.collect(lrcat.collection("Best"), image)
    face = lrcat.face(image, (0.1, 0.1, 0.4, 0.4))
    person = lrcat.keyword("Ada", keywordType="person")
    lrcat.insert("AgLibraryKeywordFace", face=face, tag=person)
    lrcat.insert("AgLibraryIPTC", image=image, caption="old")
    city = lrcat.interned("AgInternedIptcCity", "Rom")
    lrcat.insert("AgHarvestedIptcMetadata", image=image, cityRef=city)
    place = {"hasGPS": 1, "gpsLatitude": 1.0, "gpsLongitude": 2.0}
    lrcat.insert("AgHarvestedExifMetadata", image=image, **place)
    settings = lrcat.insert("Adobe_imageDevelopSettings", image=image, text="s = { a = 1 }")
    lrcat.db.execute(
        "UPDATE Adobe_images SET developSettingsIDCache = ? WHERE id_local = ?", [settings, image]
    )
    lrcat.insert("AgRemotePhoto", photo=image, collection=0, remoteId="1")
    lrcat.stack(other, image)
    imported = lrcat.insert("AgLibraryImport", importDate="2013-12-12T15:03:39+02:00")
    lrcat.insert("AgLibraryImportImage", image=image, **{"import": imported})
    lrcat.close()
    return lrcat.path


def _catalog(path: Path, scratch: Path, account: str | None = None) -> LightroomCatalog:
    return reader(path, scratch, {ROOT: scratch.parent / "pictures"}, account)


def _known(path: Path, scratch: Path) -> KnownItems:
    found = items(_catalog(path, scratch).scan({}))
    return {key: item.change_token for key, item in found.items()}


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_changes_the_token_of_its_photo_alone(
    full: Path, scratch: Path, edit: str
) -> None:
    known = _known(full, scratch)
    again = list(_catalog(full, scratch).scan(known))
    assert [type(event) for event in again] == [Unchanged, Unchanged]
    with Lrcat.opened(full) as lrcat:
        assert lrcat.db.execute(EDITS[edit]).rowcount > 0
    first, second = _catalog(full, scratch).scan(known)
    assert isinstance(first, Found)
    assert isinstance(second, Unchanged)


@pytest.mark.parametrize("event", ["grows", "is gone", "its disk is gone"])
def test_changes_of_the_file_change_the_token(
    full: Path, scratch: Path, tmp_path: Path, event: str
) -> None:
    known = _known(full, scratch)
    file = tmp_path / "pictures" / "2013" / "a.jpg"
    match event:
        case "grows":
            file.write_bytes(b"12")
        case "is gone":
            file.unlink()
        case _:
            (tmp_path / "pictures").rename(tmp_path / "unplugged")
    first, second = _catalog(full, scratch).scan(known)
    assert isinstance(first, Found)
    assert isinstance(second, Unchanged)


def test_a_token_belongs_to_an_account(full: Path, scratch: Path) -> None:
    known = _known(full, scratch)
    other = _catalog(full, scratch, account="ada")
    assert [type(event) for event in other.scan(known)] == [Found, Found]
    assert other.settings_digest != _catalog(full, scratch).settings_digest


def test_the_settings_digest_covers_the_root_map_and_not_the_polling(tmp_path: Path) -> None:
    def digest(**settings: object) -> str:
        model = LightroomSettings.model_validate({"path": tmp_path / "x", **settings})
        return LightroomCatalog("test", model, tmp_path).settings_digest

    assert digest(root_map={"D:/": "/a"}) != digest(root_map={"D:/": "/b"})
    assert digest(root_map={"D:/": "/a"}) != digest()
    assert digest(poll_seconds=600) == digest()


def test_the_probe_notices_writes_and_volumes(full: Path, scratch: Path, tmp_path: Path) -> None:
    catalog = _catalog(full, scratch)

    def token() -> str | None:
        return catalog.probe(time.monotonic() + 60).token

    list(catalog.scan({}))
    first = token()
    assert token() == first
    assert "1 of 2 root folders available" in catalog.probe(time.monotonic() + 60).summary
    (tmp_path / "pictures").rename(tmp_path / "unplugged")
    away = token()
    assert away != first
    (tmp_path / "unplugged").rename(tmp_path / "pictures")
    assert token() == first
    with Lrcat.opened(full) as lrcat:
        lrcat.db.execute("UPDATE AgLibraryIPTC SET caption = 'new'")
        lrcat.db.commit()
        in_the_log = token()
        assert in_the_log != first
    assert token() != in_the_log
    assert catalog.probe(time.monotonic() - 1).token is None


@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b'{"a": 1}', b"[1, null]"])
def test_a_damaged_list_of_root_folders_is_ignored(
    full: Path, scratch: Path, content: bytes
) -> None:
    catalog = _catalog(full, scratch)
    list(catalog.scan({}))
    (scratch / "roots.json").write_bytes(content)
    assert catalog.probe(time.monotonic() + 60).token
    list(catalog.scan({}))
    assert (scratch / "roots.json").read_bytes() != content


def test_leftovers_of_killed_runs_are_removed(full: Path, scratch: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from photo_assets.catalogs.lightroom.scratch import scan_directory\n"
        "with scan_directory(Path(sys.argv[1])) as d:\n"
        "    (d / 'copy.lrcat').write_bytes(b'x'); print(d, flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(scratch)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        list(_catalog(full, scratch).scan({}))
        assert (left / "copy.lrcat").exists(), "a directory in use is left alone"
        process.kill()
        process.wait()
    list(_catalog(full, scratch).scan({}))
    assert [entry.name for entry in scratch.iterdir()] == ["roots.json"]


def test_a_directory_just_being_made_is_left_alone(scratch: Path) -> None:
    (scratch / "scan-new").mkdir(parents=True)
    (scratch / "other").mkdir()
    assert sweep(scratch, time.time()) == 0
    os.utime(scratch / "scan-new", (0, 0))
    assert sweep(scratch, time.time()) == 1
    with scan_directory(scratch) as directory:
        assert sweep(scratch, time.time() + 1e6) == 0
        assert directory.is_dir()
    assert [entry.name for entry in scratch.iterdir()] == ["other"]
