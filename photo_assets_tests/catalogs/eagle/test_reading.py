"""Converting items of an Eagle library."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from photo_assets.catalogs.eagle.catalog import EagleCatalog
from photo_assets.catalogs.eagle.settings import EagleSettings
from photo_assets.model.events import Discarded, Failed, Found, ScanEvent
from photo_assets.model.item import Item, Keyword
from photo_assets.model.vocabulary import (
    AlbumKind,
    Availability,
    CaptureKind,
    MediaKind,
    Visibility,
)
from photo_assets_tests.catalogs.eagle.building import LibraryBuilder, folder, jpeg
from photo_assets_tests.edits import replaced


@pytest.fixture
def library(tmp_path: Path) -> LibraryBuilder:
    return LibraryBuilder(tmp_path / "Photos.library")


def events(library: LibraryBuilder) -> list[ScanEvent]:
    return list(EagleCatalog("main", EagleSettings(path=library.root)).scan({}))


def only(library: LibraryBuilder) -> Item:
    [event] = events(library)
    assert isinstance(event, Found), event
    return event.item


def extras(item: Item) -> dict[str, object]:
    loaded = json.loads(item.extras or "{}")
    assert isinstance(loaded, dict)
    return loaded


def test_every_field_lands_in_its_column(library: LibraryBuilder) -> None:
    library.add(
        "LX1",
        name="Bäume",
        tags=["Wald", "Herbst", "Wald"],
        star=4,
        annotation="im Nebel",
        url="https://example.org/x",
        palettes=[{"color": [1, 2, 3], "ratio": 100}],
        comments=[{"x": 1, "annotation": "hier"}],
    )
    item = only(library)
    assert (item.source, item.catalog, item.native_id) == ("eagle", "main", "LX1")
    assert item.keywords == (Keyword(path=("Wald",)), Keyword(path=("Herbst",)))
    assert (item.rating, item.caption, item.title) == (4, "im Nebel", None)
    assert item.url == "https://example.org/x"
    assert item.added_time == datetime(2025, 9, 6, 7, 0, 30, 177000, UTC)
    assert item.modified_time == datetime(2025, 9, 6, 7, 4, 28, 882000, UTC)
    assert (item.file_name, item.media_type) == ("Bäume.jpg", "image/jpeg")
    assert (item.media_kind, item.availability) == (MediaKind.IMAGE, Availability.ONLINE)
    assert item.path is not None
    assert Path(item.path).stat().st_size == item.file_size
    assert extras(item)["comments"] == [{"x": 1, "annotation": "hier"}]
    assert extras(item)["btime"] == 1757141868142
    assert json.loads(item.raw or "")["star"] == 4


def test_values_not_stated_are_none(library: LibraryBuilder) -> None:
    library.add("LX1")
    item = only(library)
    assert (item.rating, item.caption, item.url, item.pick, item.favourite) == (None,) * 5
    assert not item.keywords
    assert not item.albums


@pytest.mark.parametrize("star", [6, -1, 2.5, "5", True, None, [], 10**30])
def test_stars_out_of_range_are_kept_aside(library: LibraryBuilder, star: object) -> None:
    library.add("LX1", star=star)
    item = only(library)
    assert item.rating is None
    assert "star" in extras(item)


def test_the_capture_time_comes_from_the_file(library: LibraryBuilder) -> None:
    library.add("LX1", media=jpeg(taken="2019:05:04 03:02:01"))
    item = only(library)
    assert item.capture_time == datetime(2019, 5, 4, 3, 2, 1)
    assert item.capture_kind is CaptureKind.WALL
    assert item.capture_source == "exif:DateTimeOriginal"
    assert item.camera_model == "X-T4"


def test_a_file_without_exif_costs_nothing_but_the_date(library: LibraryBuilder) -> None:
    library.add("LX1", media=b"\xff\xd8\xff\xe1broken")
    assert only(library).capture_time is None


def test_albums_are_paths_and_names_may_repeat(library: LibraryBuilder) -> None:
    library.folders([folder("A", "trip", folder("B", "day")), folder("C", "trip")])
    library.add("LX1", folders=["C", "B", "gone", "C"])
    albums = only(library).albums
    assert [(album.id, album.path) for album in albums] == [
        ("C", ("trip",)),
        ("B", ("trip", "day")),
        ("gone", ("gone",)),
    ]
    assert {album.kind for album in albums} == {AlbumKind.ALBUM}


def test_trashed_and_missing_are_distinguished(library: LibraryBuilder) -> None:
    library.add("LX1", isDeleted=True, deletedTime=1757142268000)
    missing = library.add("LX2")
    (missing / "LX2.jpg").unlink()
    trashed, absent = (event.item for event in events(library) if isinstance(event, Found))
    assert trashed.availability is Availability.TRASHED
    assert extras(trashed)["deletedTime"] == 1757142268000
    assert (absent.availability, absent.path) == (Availability.MISSING, None)
    assert (absent.file_name, absent.media_kind) == ("LX2.jpg", MediaKind.IMAGE)


def test_items_behind_a_folders_password_are_locked(library: LibraryBuilder) -> None:
    """Also those of the folders in it, and those that an open folder shows as well."""
    closed = folder("C", "Closed", folder("D", "Inside")) | {"password": "1f3870be"}
    library.folders([closed, folder("O", "Open") | {"password": ""}])
    for name, folders in {"c": ["C"], "d": ["O", "D"], "o": ["O"], "n": []}.items():
        library.add(name, folders=folders)
    found = {e.item.native_id: e.item for e in events(library) if isinstance(e, Found)}
    locked = {name for name, item in found.items() if item.visibility is Visibility.LOCKED}
    assert locked == {"c", "d"}
    assert {found[name].visibility for name in "on"} == {None}


@pytest.mark.parametrize("ext", ["txt", "url", "pdf", "mp3", "woff2"])
def test_other_files_than_photos_are_discarded(library: LibraryBuilder, ext: str) -> None:
    library.add("LX1", ext=ext, text="hello")
    [event] = events(library)
    assert isinstance(event, Discarded)
    assert event.reason == "not a photo or video"


def test_a_video_states_its_length(library: LibraryBuilder) -> None:
    library.add("LX1", ext="mp4", media=b"\0" * 40, duration=12.5)
    item = only(library)
    assert (item.media_kind, item.duration_s) == (MediaKind.VIDEO, 12.5)


def test_a_thumbnail_is_never_the_photo(library: LibraryBuilder) -> None:
    place = library.add("LX1", ext="png", noThumbnail=False)
    (place / "LX1_thumbnail.png").write_bytes(b"small")
    assert only(library).file_name == "LX1.png"
    (place / "LX1.png").unlink()
    assert only(library).availability is Availability.MISSING


def test_a_photo_named_like_a_thumbnail_is_found(library: LibraryBuilder) -> None:
    library.add("LX1", name="x_thumbnail", ext="png", noThumbnail=False)
    assert only(library).file_name == "x_thumbnail.png"


def test_a_renamed_item_is_found_by_its_type(library: LibraryBuilder) -> None:
    place = library.add("LX1", name="new")
    (place / "new.jpg").rename(place / "old.JPEG")
    (place / "._old.jpg").write_bytes(b"what macOS leaves behind")
    (place / "notes.png").write_bytes(b"another type")
    item = only(library)
    assert item.file_name == "old.JPEG"
    assert "media_candidates" not in extras(item)


def test_of_several_candidates_the_choice_is_noted(library: LibraryBuilder) -> None:
    place = library.add("LX1", name="new")
    (place / "new.jpg").rename(place / "b.jpg")
    (place / "a.jpg").write_bytes(jpeg())
    item = only(library)
    assert item.file_name == "a.jpg"
    assert extras(item)["media_candidates"] == ["a.jpg", "b.jpg"]


def test_a_decomposed_name_is_the_same_name(library: LibraryBuilder) -> None:
    place = library.add("LX1", name="Ba\u0308ume")
    (place / "Ba\u0308ume.jpg").rename(place / "B\u00e4ume.jpg")
    (place / "Aaa.jpg").write_bytes(jpeg())
    assert only(library).file_name == "B\u00e4ume.jpg"


def test_a_copied_item_folder_stays_an_item_of_its_own(library: LibraryBuilder) -> None:
    library.add("LX1")
    library.add("LX1 copy", id="LX1")
    copy, original = (event.item for event in events(library) if isinstance(event, Found))
    assert (copy.native_id, original.native_id) == ("LX1 copy", "LX1")
    assert extras(copy)["stated_id"] == "LX1"


def test_one_bad_item_costs_one_item(library: LibraryBuilder) -> None:
    for number in range(4):
        library.add(f"LX{number}")
    whole = (library.images / "LX1.info" / "metadata.json").read_text()
    (library.images / "LX1.info" / "metadata.json").write_text(whole[: len(whole) // 2])
    (library.images / "LX2.info" / "metadata.json").unlink()
    (library.images / ".DS_Store").write_bytes(b"")
    found = events(library)
    assert [event.item.native_id for event in found if isinstance(event, Found)] == ["LX0", "LX3"]
    failed = {event.native_id: event.reason for event in found if isinstance(event, Failed)}
    assert failed == {"LX1": "unreadable metadata", "LX2": "no metadata"}
    assert [event.ref for event in found if isinstance(event, Discarded)] == ["images/.DS_Store"]


@pytest.mark.parametrize("sign", ["\\ud83d", "\\u0000"])
def test_text_that_stores_reject_is_made_storable(library: LibraryBuilder, sign: str) -> None:
    place = library.add("LX1", annotation="MARK", tags=["MARK"])
    document = place / "metadata.json"
    document.write_text(replaced(document.read_text(), ("MARK", sign)))
    item = only(library)
    assert item.caption == "\ufffd"
    item.digest()
