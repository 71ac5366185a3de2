import struct
from datetime import datetime

import pytest

from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.blocks import PACKET, heic, parts
from photo_assets_tests.media.exif.files import box, movie

MADE_2019 = 3_648_000_000  # 2019-08-07 05:20:00 UTC
NEVER = 0
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def item_list(name: bytes, text: bytes, kind: int = 1) -> bytes:
    """iTunes' item list in a movie's user data."""
    data = box(b"data", struct.pack(">II", kind, 0), text)
    handler = box(b"hdlr", b"\0" * 8 + b"mdirappl" + b"\0" * 9)
    return box(b"meta", b"\0\0\0\0", handler, box(b"ilst", box(name, data)))


def international(name: bytes, text: bytes, language: int = 0x15C7) -> bytes:
    """QuickTime's user data text."""
    return box(name, struct.pack(">HH", len(text), language), text)


def stated(data: bytes) -> list[tuple[str, str, int | None, CaptureKind]]:
    return [
        (time.source, str(time.time.time), time.time.offset_min, time.kind)
        for time in parts(data).times
    ]


HEADER = ("quicktime:mvhd", "2019-08-07 05:20:00", None, CaptureKind.UTC)


def test_apple_s_creation_date_comes_before_the_content_s_and_both_before_the_header() -> None:
    day = international(b"\xa9day", b"2014-06-20T14:21:07+0200")
    keys = {"creationdate": "2014-06-21T10:00:00-0700"}
    assert stated(movie(MADE_2019, keys=keys, user_data=day)) == [
        ("quicktime:creationdate", "2014-06-21 10:00:00", -420, CaptureKind.WALL),
        ("quicktime:day", "2014-06-20 14:21:07", 120, CaptureKind.WALL),
        HEADER,
    ]


@pytest.mark.parametrize(
    "user_data",
    [
        item_list(b"\xa9day", b"2014-06-20T14:21:07+0200"),
        item_list(b"\xa9day", b"2014-06-20T14:21:07+0200", kind=0),
        item_list(b"\xa9day", "2014-06-20T14:21:07+0200".encode("utf-16-be"), kind=2),
        international(b"\xa9day", b"2014-06-20T14:21:07+0200"),
        international(b"\xa9day", b"2014-06-20T14:21:07+0200", language=0),
        international(b"\xa9day", b"2014-06-20T14:21:07+0200\0"),
        box(b"\xa9day", b"2014-06-20T14:21:07+0200"),
        box(b"\xa9day", box(b"data", b"\0\0\0\1\0\0\0\0", b"2014-06-20T14:21:07+0200")),
        box(b"date", b"2014-06-20T14:21:07+02:00"),
    ],
    ids=["ilst", "ilst 0", "UTF-16", "udta", "Macintosh", "with NUL", "bare", "typed", "date"],
)
def test_the_content_s_date_in_every_shape(user_data: bytes) -> None:
    first = stated(movie(MADE_2019, user_data=user_data))[0]
    assert first[1:] == ("2014-06-20 14:21:07", 120, CaptureKind.WALL)
    found = parts(movie(MADE_2019, user_data=user_data)).movie
    assert found is not None
    assert found.created == parts(movie(MADE_2019, user_data=user_data)).times[0].time
    assert not found.created_is_utc


def test_a_year_is_a_year() -> None:
    (time, _) = parts(movie(MADE_2019, user_data=item_list(b"\xa9day", b"2014"))).times
    assert (time.time.time, time.time.precision) == (datetime(2014, 1, 1), Precision.YEAR)


@pytest.mark.parametrize("text", [b"soon", b"Jun 20, 2014"])
def test_a_date_that_cannot_be_read_is_a_problem_and_the_next_counts(text: bytes) -> None:
    found = parts(movie(MADE_2019, user_data=international(b"\xa9day", text)))
    assert [time.source for time in found.times] == ["quicktime:mvhd"]
    assert found.problems == ("The text quicktime:day is no date that can be read.",)


def with_header(created: int, version: int) -> bytes:
    wide = ">Q" if version else ">I"
    times = struct.pack(wide, created) * 2 + struct.pack(">I", 600)
    header = bytes((version, 0, 0, 0)) + times + struct.pack(wide, 6000) + b"\0" * 80
    return box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", box(b"mvhd", header))


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("never", [0, 0xFFFFFFFF])
def test_zero_and_all_ones_are_no_time(version: int, never: int) -> None:
    assert parts(with_header(never, version)).times == ()
    if version:
        assert parts(with_header(2**64 - 1, 1)).times == ()
    assert stated(with_header(MADE_2019, version)) == [HEADER]


def test_the_track_s_time_where_the_movie_has_none() -> None:
    track = b"\0\0\0\0" + struct.pack(">I", MADE_2019) + b"\0" * 76
    header = box(b"mvhd", b"\0" * 100)
    data = box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", header, box(b"trak", box(b"tkhd", track)))
    assert stated(data) == [("quicktime:tkhd", *HEADER[1:])]


def moov(created: int = MADE_2019) -> bytes:
    whole = movie(created)
    return whole[whole.index(b"moov") - 4 :]


@pytest.mark.parametrize("brand", [b"msf1", b"hevc", b"avis"])
def test_sequences_of_heif_state_a_movie_s_times(brand: bytes) -> None:
    alone = box(b"ftyp", brand + b"\0\0\0\0msf1") + moov()
    assert stated(alone) == [HEADER]
    found = parts(alone)
    assert (found.width, found.height) == (1920, 1080)
    assert found.movie is not None
    assert found.movie.duration_s == 12.5
    both = parts(heic(b"", brand) + moov())
    assert [time.source for time in both.times] == ["quicktime:mvhd"]
    assert (both.width, both.height) == (40, 30)
    assert parts(heic(b"", brand) + moov(NEVER)).times == ()


def test_xmp_in_user_data_and_in_a_box_of_its_own() -> None:
    other = replaced(PACKET, (b"<rdf", b"\n<rdf"))
    data = movie(user_data=box(b"XMP_", PACKET)) + box(b"uuid", XMP_UUID + other)
    assert set(parts(data).packets) == {PACKET, other}


def sony(xml: str, *, in_movie: bool) -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<NonRealTimeMeta xmlns="urn:sony">{xml}</NonRealTimeMeta>'
    meta = box(b"meta", b"\0" * 4, box(b"hdlr", b"\0" * 25), box(b"xml ", b"\0" * 4, text.encode()))
    header = box(b"mvhd", b"\0" * 4 + struct.pack(">I", MADE_2019) + b"\0" * 92)
    inside, outside = (meta, b"") if in_movie else (b"", meta)
    return box(b"ftyp", b"XAVC\0\0\0\0") + box(b"moov", header, inside) + outside


@pytest.mark.parametrize("in_movie", [True, False])
def test_the_clock_and_the_camera_in_a_sony_s_xml(in_movie: bool) -> None:
    xml = (
        '<CreationDate value="2019-08-07T14:20:00+09:00"/>'
        '<Device manufacturer="Sony" modelName="ILCE-7SM2" serialNo="1"/>'
    )
    data = sony(xml, in_movie=in_movie)
    assert stated(data) == [
        ("quicktime:recorded", "2019-08-07 14:20:00", 540, CaptureKind.WALL),
        HEADER,
    ]
    found = parts(data).movie
    assert found is not None
    assert (found.make, found.model) == ("Sony", "ILCE-7SM2")


def test_a_sony_s_xml_that_is_damaged_or_empty() -> None:
    assert stated(sony("", in_movie=True)) == [HEADER]
    assert parts(sony("", in_movie=True)).problems == ()
    for xml in ("<CreationDate", "</NonRealTimeMeta>", "&undeclared;"):
        found = parts(sony(xml, in_movie=True))
        assert [time.source for time in found.times] == ["quicktime:mvhd"]
        assert len(found.problems) == 1 or xml == "</NonRealTimeMeta>"
