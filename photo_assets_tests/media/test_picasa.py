from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.picasa import PicasaEntry, PicasaFolder, parse_picasa, people
from photo_assets.model.item import Person, Region
from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import WallTime

WHOLE = """[Picasa]\r
name=Foo Bar birthday\r
category=Folders on Disk\r
description=By the lake\r
location=Thun\r
date=40096.640833\r
[encoding]\r
utf8=1\r
[Contacts]\r
8e62398ebda8c1a5=joedoe_lh,4bd750800fb6a6b8\r
[Contacts2]\r
8e62398ebda8c1a5=Ann Person;ann@example.org;\r
d10a8325c557b085=;\r
[.album:f7d2]\r
name=Best of 2009\r
token=f7d2\r
date=2009-10-10T15:02:36+02:00\r
[P7025200.ORF]\r
star=yes\r
caption=Müller = baker\r
keywords=boat, lake,boat\r
rotate=rotate(3)\r
faces=rect64(3f845bcb59418507),8e62398ebda8c1a5;rect64(1000200030004000),d10a8325c557b085;\
rect64(9eb15e89b6b584c1),ffffffffffffffff\r
albums=f7d2,0123\r
geotag=46.7570,7.6280\r
backuphash=2312\r
[a[1].jpg]\r
hidden=yes\r
[empty.jpg]\r
"""
LEFT, TOP, RIGHT, BOTTOM = (side / 65535 for side in (0x3F84, 0x5BCB, 0x5941, 0x8507))
ANN = Region(x=(LEFT + RIGHT) / 2, y=(TOP + BOTTOM) / 2, width=RIGHT - LEFT, height=BOTTOM - TOP)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_everything_that_picasa_notes_of_a_folder(encoding: str) -> None:
    folder = parse_picasa(WHOLE.encode(encoding))
    assert (folder.name, folder.description, folder.location) == (
        "Foo Bar birthday",
        "By the lake",
        "Thun",
    )
    assert folder.date == WallTime(datetime(2009, 10, 10, 15, 22, 47), None, Precision.SECOND)
    album = folder.albums["f7d2"]
    assert (album.name, album.date) == (
        "Best of 2009",
        WallTime(datetime(2009, 10, 10, 15, 2, 36), 120, Precision.SECOND),
    )
    assert folder.contacts == {"8e62398ebda8c1a5": "Ann Person"}
    assert list(folder.entries) == ["P7025200.ORF", "a[1].jpg"]
    entry = folder.entries["P7025200.ORF"]
    assert (entry.star, entry.hidden, entry.turns) == (True, False, 3)
    assert entry.caption == "Müller = baker"
    assert entry.keywords == ("boat", "lake")
    assert entry.albums == ("f7d2", "0123")
    assert entry.place == (46.757, 7.628)
    assert [face.contact for face in entry.faces] == ["8e62398ebda8c1a5", "d10a8325c557b085"]
    assert folder.entries["a[1].jpg"] == PicasaEntry(hidden=True)
    assert folder.problems == ()


def test_faces_with_a_name_are_people() -> None:
    folder = parse_picasa(WHOLE.encode())
    entry = folder.entries["P7025200.ORF"]
    assert people(entry, folder.contacts) == (Person(name="Ann Person", region=ANN),)
    turned = people(entry, folder.contacts, 6)[0].region
    assert turned == Region(x=1 - ANN.y, y=ANN.x, width=ANN.height, height=ANN.width)
    assert people(entry, folder.contacts, 6, is_raw=True)[0].region == ANN
    assert people(entry, {}) == ()


@pytest.mark.parametrize("contact", ["1a", "000000000000001A", "1A"])
def test_contacts_are_the_same_with_and_without_leading_zeros(contact: str) -> None:
    text = f"[Contacts2]\n{contact}=Ann;;\n[a.jpg]\nfaces=rect64(80008000),1A\n"
    folder = parse_picasa(text.encode())
    [ann] = people(folder.entries["a.jpg"], folder.contacts)
    assert ann.name == "Ann"


@pytest.mark.parametrize(
    ("face", "region"),
    [
        ("rect64(0000000080008000),1", (0.0, 0.0, 0x8000 / 65535, 0x8000 / 65535)),
        ("rect64(80008000),1", (0.0, 0.0, 0x8000 / 65535, 0x8000 / 65535)),  # no leading zeros
        ("rect64(80000000FFFF8000),1", (0x8000 / 65535, 0.0, 1.0, 0x8000 / 65535)),
        ("rect64(ffffffffffffffff),1", None),  # no area
        ("rect64(80008000),ffffffffffffffff", None),
        ("rect64(8000000000000000),1", None),  # right of its right side
        ("rect64(),1", None),
        ("rect64(12345678901234567),1", None),
        ("rect64(xyz),1", None),
    ],
)
def test_a_face_is_four_sixteenths_of_a_number(
    face: str, region: tuple[float, float, float, float] | None
) -> None:
    (entry,) = parse_picasa(f"[a.jpg]\nstar=yes\nfaces={face}\n".encode()).entries.values()
    found = [
        (
            one.region.x - one.region.width / 2,
            one.region.y - one.region.height / 2,
            one.region.x + one.region.width / 2,
            one.region.y + one.region.height / 2,
        )
        for one in entry.faces
    ]
    assert found == ([pytest.approx(region)] if region else [])
    assert all(one.contact == "0000000000000001" for one in entry.faces)


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("star=no", PicasaEntry()),
        ("star=Yes", PicasaEntry(star=True)),
        ("rotate=rotate(4)", PicasaEntry()),
        ("rotate=flip", PicasaEntry()),
        ("geotag=91,0", PicasaEntry()),
        ("geotag=0,0", PicasaEntry()),
        ("geotag=nan,1", PicasaEntry()),
        ("geotag=1", PicasaEntry()),
        ("keywords=,,", PicasaEntry()),
        ("caption=a\0b", PicasaEntry(caption="a\ufffdb")),
    ],
)
def test_values_of_one_file(line: str, entry: PicasaEntry) -> None:
    assert parse_picasa(f"[a.jpg]\n{line}\n".encode()).entries == {"a.jpg": entry}


@pytest.mark.parametrize("date", ["", "soon", "0", "-5", "1e9", "nan"])
def test_a_date_that_is_none(date: str) -> None:
    assert parse_picasa(f"[Picasa]\nname=x\ndate={date}\n".encode()).date is None


def test_what_is_no_such_file_says_nothing() -> None:
    assert parse_picasa(b"") == PicasaFolder()
    assert parse_picasa(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20).entries == {}
    assert parse_picasa(b"star=yes\ncaption=nobody's\n") == PicasaFolder()


@given(st.binary(max_size=300))
def test_any_bytes_are_a_folder(data: bytes) -> None:
    parse_picasa(data)
    parse_picasa(b"[a.jpg]\nfaces=" + data + b"\n[Picasa]\ndate=" + data)


names = (
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)
    .map(str.strip)
    .filter(lambda name: name and name not in {"Picasa", "Contacts", "Contacts2", "encoding"})
    .filter(lambda name: not name.startswith(".album:"))
)


@given(st.dictionaries(names, names, max_size=8))
def test_captions_of_any_files_come_back(captions: dict[str, str]) -> None:
    text = "".join(f"[{name}]\ncaption={caption}\n" for name, caption in captions.items())
    entries = parse_picasa(text.encode()).entries
    assert {name: entry.caption for name, entry in entries.items()} == captions


def test_large_notes_take_a_moment() -> None:
    many = "".join(f"[{n}.jpg]\nstar=yes\n" for n in range(100_000))
    assert len(parse_picasa(many.encode()).entries) == 100_000
    faces = "rect64(3f845bcb59418507),1;" * 100_000
    assert len(parse_picasa(f"[a.jpg]\nfaces={faces}".encode()).entries["a.jpg"].faces) == 1000
    folder = parse_picasa(b"[a.jpg]\nstar=yes\n" + b"x" * 34_000_000)
    assert len(folder.problems) == 1
