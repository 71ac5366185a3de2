"""Unpacked copies of iCloud Photos that Apple sends on request."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from photo_assets.media.icloud_export import file_checksum
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import (
    AlbumKind,
    Availability,
    CaptureKind,
    Precision,
    Visibility,
)
from photo_assets_tests.catalogs.folders.noting import DETAILS, album, details, row
from photo_assets_tests.catalogs.folders.reading import discards, extras, failures, items, scan
from photo_assets_tests.catalogs.folders.trees import place, small
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.files import picture
from photo_assets_tests.media.xmp.packets import ICLOUDPD

PART = "iCloud-bilder Del {} av 12"


def listed(item: Item) -> list[tuple[str, ...]]:
    return [one.path for one in item.albums if one.kind is AlbumKind.ALBUM]


def test_a_row_applies_to_the_file_that_it_names(tmp_path: Path) -> None:
    for number, name in enumerate(("heart", "hidden", "gone", "plain")):
        place(tmp_path, f"Photos/{name}.jpg", small(number))
    flags = {"heart": "yes,no,no", "hidden": "no,yes,no", "gone": "no,no,yes", "plain": "no,no,no"}
    details(tmp_path, "Photos", *(row(f"{name}.jpg", flags[name]) for name in flags))
    found = {name.removeprefix("Photos/"): item for name, item in items(tmp_path).items()}
    assert {name: item.favourite for name, item in found.items()} == {
        "heart.jpg": True,
        "hidden.jpg": False,
        "gone.jpg": False,
        "plain.jpg": False,
    }
    assert found["hidden.jpg"].visibility is Visibility.LOCKED
    assert found["gone.jpg"].availability is Availability.TRASHED
    plain = found["plain.jpg"]
    assert (plain.visibility, plain.availability) == (None, Availability.ONLINE)
    assert plain.added_time == datetime(2020, 4, 8, 0, 5, tzinfo=UTC)
    assert plain.capture_time == datetime(2020, 4, 7, 15, 40)
    assert (plain.capture_kind, plain.capture_precision) == (CaptureKind.UTC, Precision.MINUTE)
    assert plain.capture_source == "icloud:originalCreationDate"
    assert extras(plain)["notes"] == ["Photo Details.csv"]
    assert discards(scan(tmp_path)) == {"Photos/Photo Details.csv": "folder notes"}


@pytest.mark.parametrize("tag", [0x9003, 0x0132], ids=["DateTimeOriginal", "DateTime"])
def test_icloud_s_time_is_used_only_if_the_file_states_none(tmp_path: Path, tag: int) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Box 1"
    (exif.get_ifd(0x8769) if tag == 0x9003 else exif)[tag] = "2018:01:02 03:04:05"
    place(tmp_path, "Photos/IMG_20190101_101010.jpg", picture(exif=exif))
    place(tmp_path, "Photos/IMG_20190101_101011.jpg", small(1))
    names = ("IMG_20190101_101010.jpg", "IMG_20190101_101011.jpg")
    details(tmp_path, "Photos", *map(row, names))
    stated, bare = items(tmp_path).values()
    assert (stated.capture_source or "").startswith("exif:")
    assert bare.capture_source == "icloud:originalCreationDate", "a name is only a guess"


def test_a_sidecar_is_believed_before_the_table(tmp_path: Path) -> None:
    place(tmp_path, "Photos/a.jpg", small(1))
    place(tmp_path, "Photos/a.jpg.xmp", ICLOUDPD)
    details(tmp_path, "Photos", row("a.jpg", "no,yes,no"))
    [item] = items(tmp_path).values()
    assert item.favourite is True
    assert item.visibility is Visibility.LOCKED, "the sidecar does not say otherwise"


def test_albums_are_of_the_files_of_any_part(tmp_path: Path) -> None:
    for number in (1, 2, 12):
        part = PART.format(number)
        place(tmp_path, f"{part}/Photos/IMG_{number}.JPG", small(number))
        details(tmp_path, f"{part}/Photos", row(f"IMG_{number}.JPG"))
    first, second = PART.format(1), PART.format(2)
    album(tmp_path, f"{first}/Albums/Trip.csv", "IMG_1.JPG", "IMG_12.JPG", "IMG_404.JPG")
    album(tmp_path, f"{second}/Albums/Trip.csv", "IMG_2.JPG")
    album(tmp_path, f"{first}/Memories/Summer 2017.csv", "IMG_12.JPG")
    album(tmp_path, "Other export/Albums/Not these.csv", "IMG_1.JPG")
    events = scan(tmp_path)
    found = items(tmp_path)
    assert {item.file_name: listed(item) for item in found.values()} == {
        "IMG_1.JPG": [("Trip",)],
        "IMG_2.JPG": [("Trip",)],
        "IMG_12.JPG": [("Trip",), ("Memories", "Summer 2017")],
    }
    trips = {one.id for item in found.values() for one in item.albums if one.path == ("Trip",)}
    assert len(trips) == 1, "one album, whichever part its tables are in"
    assert set(discards(events).values()) == {"folder notes"}
    assert len(discards(events)) == 7


@pytest.mark.parametrize("root", ["", "export"])
def test_a_copy_that_was_unpacked_into_one_folder(tmp_path: Path, root: str) -> None:
    tree = tmp_path / root
    place(tree, "Photos/cafe\u0301.jpg", small(1))
    place(tree, "Photos/IMG_1.JPG", small(2))
    place(tree, "Photos/IMG_1.jpg", small(3))
    place(tree, "Recently Deleted/IMG_9.JPG", small(4))
    details(tree, "Photos", row("caf\u00e9.jpg"), row("IMG_1.JPG"), row("IMG_1.jpg"))
    details(tree, "Recently Deleted", row("IMG_9.JPG", "no,no,yes"))
    album(tree, "Albums/A.csv", "caf\u00e9.jpg", "IMG_1.JPG", "IMG_9.JPG")
    found = {item.file_name: item for item in items(tmp_path).values()}
    assert {name: listed(item) for name, item in found.items()} == {
        "cafe\u0301.jpg": [("A",)],
        "IMG_1.JPG": [("A",)],
        "IMG_1.jpg": [],
        "IMG_9.JPG": [("A",)],
    }
    assert found["IMG_9.JPG"].availability is Availability.TRASHED
    assert found["cafe\u0301.jpg"].favourite is False


def test_other_tables_are_not_taken_as_icloud_s(tmp_path: Path) -> None:
    place(tmp_path, "shop/Photos/a.jpg", small(1))
    place(tmp_path, "shop/Photos/Photo Details.csv", b"file,price\na.jpg,3\n")
    place(tmp_path, "shop/Photos/prices.csv", DETAILS.encode() + row("a.jpg").encode())
    album(tmp_path, "shop/Albums/Best.csv", "a.jpg")
    place(tmp_path, "shop/Albums/sales.csv", b"year,sum\n2020,12\n")
    place(tmp_path, "shop/Albums/numbers.csv", b"12.50\n13.75\n")
    [item] = items(tmp_path).values()
    assert (item.favourite, listed(item), item.added_time) == (None, [], None)
    reasons = discards(scan(tmp_path))
    assert reasons.pop("shop/Albums/Best.csv") == "folder notes"
    assert set(reasons.values()) == {"not a picture"}
    assert len(reasons) == 4


def test_of_several_rows_of_one_name_the_content_tells_which(tmp_path: Path) -> None:
    kept, lost = small(1), small(2)
    place(tmp_path, "Photos/a.jpg", kept)
    place(tmp_path, "Photos/b.jpg", kept)
    place(tmp_path, "Photos/c.jpg", kept)
    sums = {content: file_checksum([content]) for content in (kept, lost)}
    details(
        tmp_path,
        "Photos",
        row("a.jpg", "no,yes,no", sums[lost]),
        row("a.jpg", "yes,no,no", sums[kept]),
        row("b.jpg", "yes,no,no", sums[lost]),
        row("b.jpg", "no,yes,no", "A" * 28),
        row("c.jpg", "yes,no,no", sums[kept]),
        replaced(row("c.jpg", "yes,no,no", sums[kept]), (",3,", ",4,")),
    )
    found = items(tmp_path)
    a, b, c = (found[f"Photos/{name}.jpg"] for name in "abc")
    assert (a.favourite, a.visibility) == (True, None)
    assert (b.favourite, b.visibility, b.added_time) == (None, None, None)
    assert extras(b)["problems"] == [
        "iCloud's table has several files of this name, but none with this content."
    ]
    assert c.favourite is True, "the same row twice, seen once more in between"


def test_a_damaged_line_is_named_and_affects_no_other(tmp_path: Path) -> None:
    place(tmp_path, "Photos/a.jpg", small(1))
    details(tmp_path, "Photos", '"broken\n', ",x,no\n", row("a.jpg", "yes,no,no"))
    [failed] = failures(scan(tmp_path)).values()
    assert (failed.ref, failed.reason) == (
        "Photos/Photo Details.csv",
        "folder notes not readable",
    )
    assert failed.detail == "Line 2 of the table cannot be read. (1 more)"
    [item] = items(tmp_path).values()
    assert item.favourite is True


def test_links_in_place_of_albums_are_not_followed(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    place(tree, "Photos/a.jpg", small(1))
    details(tree, "Photos", row("a.jpg"))
    album(tmp_path, "outside/Albums/A.csv", "a.jpg")
    (tree / "Albums").symlink_to(tmp_path / "outside" / "Albums")
    [item] = items(tree).values()
    assert listed(item) == []
    assert items(tree / "Photos")["a.jpg"].favourite is False, "the root is the folder of pictures"
