"""Folders of Picasa: its notes become values of the pictures."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.model.events import Accounting, Failed
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import AlbumKind, Visibility
from photo_assets_tests.catalogs.folders.noting import picasa
from photo_assets_tests.catalogs.folders.reading import (
    discards,
    extras,
    failures,
    items,
    links,
    scan,
)
from photo_assets_tests.catalogs.folders.trees import place, small
from photo_assets_tests.media.exif.files import camera_exif, picture
from photo_assets_tests.media.xmp.packets import bag, packet

not_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")

NOTES = """[Contacts2]
8e62398ebda8c1a5=Ann Person;;
[.album:f7d2]
name=Best of 2009
[a.jpg]
star=yes
caption=By the lake
keywords=boat,lake
faces=rect64(3f845bcb59418507),8e62398ebda8c1a5;rect64(9eb15e89b6b584c1),ffffffffffffffff
albums=f7d2,9999
geotag=46.757,7.628
[b.jpg]
hidden=yes
[c.jpg]
backuphash=17
"""


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        place(tmp_path, f"lake/{name}.jpg", small(ord(name)))
    picasa(tmp_path, "lake", NOTES)
    return tmp_path


def hand_made(item: Item) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.id, one.path) for one in item.albums if one.kind is AlbumKind.ALBUM]


def test_picasa_s_notes_become_values_of_the_picture(lake: Path) -> None:
    found = items(lake)
    item = found["lake/a.jpg"]
    assert (item.favourite, item.rating, item.visibility) == (True, None, None)
    assert item.caption == "By the lake"
    assert [word.path for word in item.keywords] == [("boat",), ("lake",)]
    [ann] = item.people
    assert ann.name == "Ann Person"
    assert ann.region is not None
    assert ann.region.width == pytest.approx((0x5941 - 0x3F84) / 65535)
    assert hand_made(item) == [("picasa:f7d2", ("Best of 2009",))]
    assert (item.gps_latitude, item.gps_longitude) == (46.757, 7.628)
    assert item.gps_source == "picasa:geotag"
    assert extras(item)["notes"] == [".picasa.ini"]
    assert found["lake/b.jpg"].visibility is Visibility.LOCKED
    plain = found["lake/c.jpg"]
    assert (plain.favourite, plain.caption, plain.keywords, plain.extras) == (None, None, (), None)


def test_the_notes_are_one_entry_of_the_accounting(lake: Path) -> None:
    events = scan(lake)
    assert discards(events) == {"lake/.picasa.ini": "folder notes"}
    assert len(events) == 4


def test_a_sidecar_is_believed_before_picasa_and_picasa_before_the_picture(tmp_path: Path) -> None:
    inside = packet(bag("dc:subject", "inside"), attributes='photoshop:Headline="in"')
    place(tmp_path, "x/a.jpg", picture(xmp=packet(bag("dc:subject", "inside"))))
    place(tmp_path, "x/b.jpg", picture(exif=camera_exif(), xmp=inside))
    described = '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Sidecar</rdf:li></rdf:Alt>'
    beside = packet(bag("dc:subject", "beside") + f"{described}</dc:description>")
    place(tmp_path, "x/a.jpg.xmp", beside)
    picasa(tmp_path, "x", "[a.jpg]\ncaption=Ini\nkeywords=noted\n[b.jpg]\ncaption=Ini\n")
    found = items(tmp_path)
    assert found["x/a.jpg"].caption == "Sidecar"
    words = {word.path[0] for word in found["x/a.jpg"].keywords}
    assert words == {"inside", "beside", "noted"}
    assert found["x/b.jpg"].caption == "Ini"
    assert [word.path for word in found["x/b.jpg"].keywords] == [("inside",)]


def test_faces_of_a_turned_picture_are_upright_and_those_of_a_raw_file_are_already(
    tmp_path: Path,
) -> None:
    turned = camera_exif()  # its orientation is 6
    place(tmp_path, "x/a.jpg", picture(exif=turned))
    place(tmp_path, "x/a.nef", picture("TIFF", exif=turned))
    face = "faces=rect64(0000000040008000),1\n"
    picasa(tmp_path, "x", f"[Contacts2]\n1=Ann;;\n[a.jpg]\n{face}[a.nef]\n{face}")
    found = items(tmp_path)
    boxes = {}
    for name in ("x/a.jpg", "x/a.nef"):
        [person] = found[name].people
        assert person.region is not None
        boxes[name] = (round(person.region.x, 3), round(person.region.y, 3))
    assert boxes["x/a.nef"] == (0.125, 0.25)
    assert boxes["x/a.jpg"] == (0.75, 0.125)


def test_names_are_found_as_windows_finds_them_and_never_by_a_worse_fit(tmp_path: Path) -> None:
    for name in ("IMG.JPG", "img.jpg", "Other.Jpg", "b\u00fcro.jpg"):
        place(tmp_path, f"x/{name}", small(len(name)))
    text = "[IMG.JPG]\ncaption=exact\n[OTHER.JPG]\ncaption=folded\n[bu\u0308ro.jpg]\ncaption=nfc\n"
    picasa(tmp_path, "x", text)
    found = {name: item.caption for name, item in items(tmp_path).items()}
    assert found == {
        "x/IMG.JPG": "exact",
        "x/img.jpg": None,
        "x/Other.Jpg": "folded",
        "x/b\u00fcro.jpg": "nfc",
    }


@pytest.mark.parametrize("name", ["Picasa.ini", "picasa.ini", ".Picasa.ini"])
def test_older_versions_called_it_otherwise(tmp_path: Path, name: str) -> None:
    place(tmp_path, "x/a.jpg", small(1))
    place(tmp_path, f"x/{name}", b"[a.jpg]\nstar=yes\n")
    assert items(tmp_path)["x/a.jpg"].favourite is True


def test_another_file_of_that_name_is_discarded(tmp_path: Path) -> None:
    place(tmp_path, "x/a.jpg", small(1))
    place(tmp_path, "x/picasa.ini", b"a.jpg: a program's own words\n")
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / ".picasa.ini").symlink_to(tmp_path / "x" / "picasa.ini")
    assert discards(scan(tmp_path)) == {
        "x/picasa.ini": "not a picture",
        "y/.picasa.ini": "symbolic link",
    }


@pytest.mark.parametrize("content", [b"", b"\0" * 900, b"[a.jpg]\nstar=yes\0\0\0", b"<html>"])
def test_notes_that_cannot_be_read_are_one_failure_and_cost_no_photo(
    tmp_path: Path, content: bytes
) -> None:
    place(tmp_path, "x/a.jpg", small(1))
    place(tmp_path, "x/.picasa.ini", content)
    events = scan(tmp_path)
    assert [event.reason for event in events if isinstance(event, Failed)] == [
        "folder notes not readable"
    ]
    assert list(failures(events)) == ["x/.picasa.ini"]
    assert list(items(tmp_path)) == ["x/a.jpg"]


@not_root
def test_notes_that_refuse_to_be_read_are_named(lake: Path) -> None:
    (lake / "lake" / ".picasa.ini").chmod(0)
    [failed] = failures(scan(lake)).values()
    assert failed.detail == "It cannot be read: Permission denied."
    assert len(items(lake)) == 3


@pytest.mark.parametrize(
    ("exclude", "is_read"),
    [
        ((".*",), True),
        ((), True),
        ((".picasa.ini",), False),
        (("*.ini", ".*"), False),
        ((".p*",), False),
    ],
)
def test_only_a_pattern_of_its_own_excludes_it(
    lake: Path, exclude: tuple[str, ...], is_read: bool
) -> None:
    assert (items(lake, exclude=exclude)["lake/a.jpg"].favourite is True) == is_read
    assert discards(scan(lake, exclude=exclude)) == {
        "lake/.picasa.ini": "folder notes" if is_read else "excluded"
    }


@pytest.mark.parametrize("folder", [".picasaoriginals", ".PicasaOriginals", "Originals"])
def test_a_picture_changed_by_picasa_is_an_edit_of_its_original(
    tmp_path: Path, folder: str
) -> None:
    picasa(tmp_path, "x", "[a.jpg]\nstar=yes\n")
    for name in ("x/a.jpg", "x/b.jpg", f"x/{folder}/A.JPG", f"x/{folder}/gone.jpg"):
        place(tmp_path, name, small(len(name)))
    found = items(tmp_path)
    assert links(found["x/a.jpg"]) == [("edit_of", f"x/{folder}/A.JPG")]
    assert found["x/a.jpg"].links[0].detail == "Picasa's originals"
    assert links(found["x/b.jpg"]) == links(found[f"x/{folder}/A.JPG"]) == []
    assert f"x/{folder}/gone.jpg" in found


def test_originals_are_in_the_album_of_the_edited_pictures(tmp_path: Path) -> None:
    place(tmp_path, "x/.picasaoriginals/a.jpg", small(1))
    place(tmp_path, ".picasaoriginals/a.jpg", small(1))
    found = items(tmp_path)
    assert [one.path for one in found["x/.picasaoriginals/a.jpg"].albums] == [("x",)]
    assert found[".picasaoriginals/a.jpg"].albums == ()


def test_another_folder_named_originals_is_ignored(tmp_path: Path) -> None:
    place(tmp_path, "x/a.jpg", small(1))
    place(tmp_path, "x/Originals/a.jpg", small(2))
    assert links(items(tmp_path)["x/a.jpg"]) == []


def test_originals_can_be_left_out(tmp_path: Path) -> None:
    place(tmp_path, "x/a.jpg", small(1))
    place(tmp_path, "x/.picasaoriginals/a.jpg", small(2))
    events = scan(tmp_path, exclude=(".*", ".picasaoriginals"))
    assert discards(events) == {"x/.picasaoriginals": "excluded"}
    assert links(items(tmp_path, exclude=(".picasaoriginals",))["x/a.jpg"]) == []


contents = st.one_of(
    st.binary(max_size=200),
    st.text(alphabet="[]=ab.jpg\nstarye,(;)\0", max_size=120).map(str.encode),
)


@settings(max_examples=40, deadline=None)
@given(contents, contents)
def test_every_file_is_accounted_for_whatever_the_notes(
    tmp_path_factory: pytest.TempPathFactory, notes: bytes, table: bytes
) -> None:
    root = tmp_path_factory.mktemp("any")
    place(root, "a.jpg", small(1))
    place(root, ".picasa.ini", notes)
    place(root, "Photo Details.csv", table)
    events = scan(root)
    count = Accounting()
    for event in events:
        count.count(event)
    assert count.balanced
    assert (count.found, count.written) == (3, 1)
