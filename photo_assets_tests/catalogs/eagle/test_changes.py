"""Incremental scans, probes, and unavailable libraries."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from photo_assets.catalogs.eagle.catalog import EagleCatalog
from photo_assets.catalogs.eagle.settings import EagleSettings
from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError
from photo_assets.model.events import Discarded, Found, Unchanged
from photo_assets_tests.catalogs.eagle.building import LibraryBuilder, folder, jpeg, tree_state


@pytest.fixture
def library(tmp_path: Path) -> LibraryBuilder:
    library = LibraryBuilder(tmp_path / "Photos.library")
    library.folders([folder("A", "trip", folder("B", "day")), folder("C", "other")])
    library.add("LX1", folders=["B"])
    library.add("LX2", folders=["C"])
    library.add("LX3")
    return library


def catalog_of(library: LibraryBuilder) -> EagleCatalog:
    return EagleCatalog("main", EagleSettings(path=library.root))


def tokens(library: LibraryBuilder) -> dict[str, str | None]:
    events = catalog_of(library).scan({})
    return {e.item.native_id: e.item.change_token for e in events if isinstance(e, Found)}


def changed(library: LibraryBuilder, known: dict[str, str | None]) -> set[str]:
    events = list(catalog_of(library).scan(known))
    assert all(isinstance(event, Found | Unchanged) for event in events)
    return {event.item.native_id for event in events if isinstance(event, Found)}


def probe_token(library: LibraryBuilder) -> str:
    token = catalog_of(library).probe(time.monotonic() + 60).token
    assert token is not None
    return token


def edit_document(library: LibraryBuilder) -> None:
    path = library.images / "LX1.info" / "metadata.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"star": 5}))


def edit_media(library: LibraryBuilder) -> None:
    (library.images / "LX1.info" / "LX1.jpg").write_bytes(jpeg((1, 2, 3)))


def touch_media(library: LibraryBuilder) -> None:
    os.utime(library.images / "LX1.info" / "LX1.jpg", ns=(5, 5))


def lose_media(library: LibraryBuilder) -> None:
    (library.images / "LX1.info" / "LX1.jpg").unlink()


def rename_album(library: LibraryBuilder) -> None:
    library.folders([folder("A", "journey", folder("B", "day")), folder("C", "other")])


def move_album(library: LibraryBuilder) -> None:
    library.folders([folder("A", "trip"), folder("C", "other"), folder("B", "day")])


def remove_album(library: LibraryBuilder) -> None:
    library.folders([folder("A", "trip"), folder("C", "other")])


def lock_album(library: LibraryBuilder) -> None:
    trip = folder("A", "trip", folder("B", "day")) | {"password": "1f3870be"}
    library.folders([trip, folder("C", "other")])


CHANGES = [
    edit_document,
    edit_media,
    touch_media,
    lose_media,
    rename_album,
    move_album,
    remove_album,
    lock_album,
]


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_seen_and_no_other_item_is_read(
    library: LibraryBuilder, change: Callable[[LibraryBuilder], None]
) -> None:
    known, before = tokens(library), probe_token(library)
    assert changed(library, known) == set()
    assert probe_token(library) == before
    change(library)  # mtime.json stays as it was: nothing may depend on it
    assert changed(library, known) == {"LX1"}
    assert probe_token(library) != before


@pytest.mark.parametrize("token", [None, "", "[]", "{}", "[1,2,3,[4]]", "\ud83d", "[" * 9999])
def test_a_foreign_token_means_read_again(library: LibraryBuilder, token: str | None) -> None:
    assert changed(library, tokens(library) | {"LX2": token}) == {"LX2"}


@pytest.mark.parametrize("content", [None, b"", b'{"LX1":17', b"[]", b'{"all":0}'])
def test_mtime_json_decides_nothing(library: LibraryBuilder, content: bytes | None) -> None:
    known = tokens(library)
    path = library.root / "mtime.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert changed(library, {}) == {"LX1", "LX2", "LX3"}
    assert changed(library, known) == set()


def test_a_document_finished_during_the_scan_is_read(library: LibraryBuilder) -> None:
    path = library.images / "LX1.info" / "metadata.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    scan = catalog_of(library).scan({})
    first = next(scan)
    assert isinstance(first, Found)
    assert first.item.native_id == "LX2"
    path.write_bytes(whole)
    assert {e.item.native_id for e in scan if isinstance(e, Found)} == {"LX1", "LX3"}


def test_a_folder_tree_being_written_is_waited_for(library: LibraryBuilder) -> None:
    path = library.root / "metadata.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:10])
    timer = threading.Timer(0.1, path.write_bytes, [whole])
    timer.start()
    try:
        assert changed(library, {}) == {"LX1", "LX2", "LX3"}
    finally:
        timer.join()


def test_a_broken_folder_tree_is_not_a_library_without_albums(library: LibraryBuilder) -> None:
    (library.root / "metadata.json").write_text('{"folders":')
    with pytest.raises(CatalogUnreadableError, match=r"metadata\.json"):
        list(catalog_of(library).scan({}))


def test_a_missing_library_is_unavailable(tmp_path: Path) -> None:
    catalog = EagleCatalog("main", EagleSettings(path=tmp_path / "gone.library"))
    with pytest.raises(CatalogUnavailableError):
        list(catalog.scan({}))
    with pytest.raises(CatalogUnavailableError):
        catalog.probe(time.monotonic() + 5)


@pytest.mark.parametrize("lost", ["images", "metadata.json", "all"])
def test_other_files_are_unreadable(library: LibraryBuilder, lost: str) -> None:
    if lost == "all":
        library = LibraryBuilder(library.root.parent / "other")
        (library.root / "metadata.json").unlink()
        library.images.rmdir()
    else:
        (library.root / lost).rename(library.root.parent / "aside")
    with pytest.raises(CatalogUnreadableError):
        list(catalog_of(library).scan({}))


def test_a_file_is_not_a_library(tmp_path: Path) -> None:
    (tmp_path / "x.library").write_bytes(b"")
    with pytest.raises(CatalogUnreadableError):
        list(EagleCatalog("main", EagleSettings(path=tmp_path / "x.library")).scan({}))


def test_an_unmounted_images_folder_is_not_an_empty_library(library: LibraryBuilder) -> None:
    library.images.rename(library.root.parent / "elsewhere")
    library.images.mkdir()
    with pytest.raises(CatalogUnavailableError, match="3 items"):
        list(catalog_of(library).scan({}))


def test_a_library_that_becomes_unavailable_raises(library: LibraryBuilder) -> None:
    scan = catalog_of(library).scan({})
    next(scan)
    library.root.rename(library.root.parent / "unplugged")
    with pytest.raises(CatalogUnavailableError):
        list(scan)


def test_a_new_library_is_empty(tmp_path: Path) -> None:
    assert list(catalog_of(LibraryBuilder(tmp_path / "new.library")).scan({})) == []


def test_probe_gives_up_at_its_deadline(library: LibraryBuilder) -> None:
    assert catalog_of(library).probe(time.monotonic() - 1).token is None


def test_links_lead_nowhere(library: LibraryBuilder, tmp_path: Path) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(jpeg(taken="2001:01:01 00:00:00"))
    media = library.images / "LX1.info" / "LX1.jpg"
    media.unlink()
    media.symlink_to(secret)
    outside = LibraryBuilder(tmp_path / "outside").add("LX9")
    (library.images / "LX9.info").symlink_to(outside)
    (library.images / "LX2.info" / "metadata.json").unlink()
    (library.images / "LX2.info" / "metadata.json").symlink_to(outside / "metadata.json")
    events = list(catalog_of(library).scan({}))
    found = {event.item.native_id: event.item for event in events if isinstance(event, Found)}
    assert set(found) == {"LX1", "LX3"}
    assert found["LX1"].path is None
    assert found["LX1"].capture_time is None
    assert [event.reason for event in events if isinstance(event, Discarded)] == ["link"]


def test_a_linked_images_folder_is_refused(library: LibraryBuilder, tmp_path: Path) -> None:
    library.images.rename(tmp_path / "away")
    library.images.symlink_to(tmp_path / "away")
    with pytest.raises(CatalogUnreadableError):
        list(catalog_of(library).scan({}))


def test_pipes_are_not_waited_on(library: LibraryBuilder) -> None:
    media = library.images / "LX1.info" / "LX1.jpg"
    media.unlink()
    os.mkfifo(media)
    document = library.images / "LX2.info" / "metadata.json"
    document.unlink()
    os.mkfifo(document)
    assert {e.item.native_id for e in catalog_of(library).scan({}) if isinstance(e, Found)} == {
        "LX1",
        "LX3",
    }


def test_reading_touches_nothing(library: LibraryBuilder) -> None:
    before = tree_state(library.root)
    known = tokens(library)
    changed(library, known)
    probe_token(library)
    assert tree_state(library.root) == before


def test_place_and_account_are_settings_that_change_rows(tmp_path: Path) -> None:
    def digest(**settings: str) -> str:
        return EagleCatalog("main", EagleSettings.model_validate(settings)).settings_digest

    assert digest(path="/a") == digest(path="/a")
    assert len({digest(path="/a"), digest(path="/b"), digest(path="/a", account="me")}) == 3
