import struct
from datetime import datetime

import pytest

from photo_assets.media.exif.window import ExifError
from photo_assets.model.vocabulary import Precision
from photo_assets_tests.media.exif.blocks import PACKET, parts


def chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def listed(kind: bytes, *chunks: bytes) -> bytes:
    return chunk(b"LIST", kind + b"".join(chunks))


HEADER = chunk(b"avih", struct.pack("<10I", 40_000, 0, 0, 0, 250, 0, 2, 0, 100, 50) + b"\0" * 16)
PICTURES = listed(
    b"strl",
    chunk(b"strh", b"vids" + b"\0" * 52),
    chunk(b"strf", struct.pack("<Iii", 40, 640, -480) + b"\0" * 28),
)
SOUND = listed(
    b"strl",
    chunk(b"strh", b"auds" + b"\0" * 52),
    chunk(b"strf", struct.pack("<HHIIHH", 1, 2, 44100, 176400, 4, 16)),
)


def avi(*chunks: bytes, streams: bytes = SOUND + PICTURES) -> bytes:
    body = b"AVI " + listed(b"hdrl", HEADER, streams, *chunks) + listed(b"movi", b"\0" * 5000)
    return chunk(b"RIFF", body + listed(b"INFO", chunk(b"INAM", b"Pier\0"), chunk(b"ICMT", b"")))


def test_size_and_length_are_those_of_the_pictures() -> None:
    found = parts(avi())
    assert (found.width, found.height) == (640, 480)
    assert found.movie is not None
    assert found.movie.duration_s == 10.0
    assert [(text.origin, text.value) for text in found.texts] == [("avi:INAM", "Pier")]
    assert found.times == ()
    assert parts(avi(streams=SOUND)).width == 100


@pytest.mark.parametrize(
    ("text", "time", "precision"),
    [
        (b"Mon Mar 10 15:04:43 2003\n\0", "2003-03-10 15:04:43", Precision.SECOND),
        (b"MON SEP 10 20:52:00 2012\n\0", "2012-09-10 20:52:00", Precision.SECOND),  # Canon
        (b"2001/ 1/27  1:42PM", "2001-01-27 13:42", Precision.MINUTE),
        (b"2005/11/28/ 09:19", "2005-11-28 09:19", Precision.MINUTE),
        (b"2002-12-16  15:35:01\0\0", "2002-12-16 15:35:01", Precision.SECOND),
        (b"2009:10:27 12:14:34", "2009-10-27 12:14:34", Precision.SECOND),
    ],
)
def test_the_time_of_the_recording_as_cameras_write_it(
    text: bytes, time: str, precision: Precision
) -> None:
    (stated,) = parts(avi(chunk(b"IDIT", text))).times
    assert stated.source == "avi:IDIT"
    assert stated.time.time == datetime.fromisoformat(time)
    assert (stated.time.offset_min, stated.time.precision) == (None, precision)


def test_the_date_of_the_texts_comes_after_the_camera_s() -> None:
    dated = listed(b"INFO", chunk(b"ICRD", b"2003-03-11"))
    found = parts(avi(chunk(b"IDIT", b"2003-03-10 15:04:43"), dated))
    assert [time.source for time in found.times] == ["avi:IDIT", "avi:ICRD"]
    assert parts(avi(chunk(b"IDIT", b"long ago"))).problems == (
        "The text avi:IDIT is no date that can be read.",
    )


def test_the_camera_and_xmp() -> None:
    exif = listed(b"exif", chunk(b"ecor", b"ACME\0"), chunk(b"emdl", b"Box 1\0"))
    data = avi(exif)
    found = parts(data[:4] + struct.pack("<I", 9_999_999) + data[8:] + chunk(b"_PMX", PACKET))
    assert found.movie is not None
    assert (found.movie.make, found.movie.model) == ("ACME", "Box 1")
    assert found.xmp == PACKET


def test_an_avi_without_its_header_is_damaged() -> None:
    with pytest.raises(ExifError, match="cut short"):
        parts(chunk(b"RIFF", b"AVI " + listed(b"movi", b"\0" * 20)))
