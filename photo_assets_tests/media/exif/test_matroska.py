import shutil
import struct
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from photo_assets.media.exif.window import ExifError
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets_tests.media.exif.blocks import parts

INFO, TRACKS, SEGMENT = 0x1549A966, 0x1654AE6B, 0x18538067
DATE, DURATION, SCALE, TITLE = 0x4461, 0x4489, 0x2AD7B1, 0x7BA9
SECONDS_2019 = 586_848_000  # from 2001-01-01 to 2019-08-07 05:20:00


def element(name: int, *content: bytes, size: bytes | None = None) -> bytes:
    body = b"".join(content)
    length = size or (0x10000000 | len(body)).to_bytes(4)
    return name.to_bytes((name.bit_length() + 7) // 8) + length + body


def track(width: int, height: int) -> bytes:
    video = element(0xE0, element(0xB0, width.to_bytes(2)), element(0xBA, height.to_bytes(2)))
    return element(TRACKS, element(0xAE, element(0xD7, b"\1")), element(0xAE, video))


def mkv(*info: bytes, size: bytes | None = None, tracks: bytes | None = None) -> bytes:
    body = element(INFO, *info) + (tracks or track(640, 480))
    return element(0x1A45DFA3, element(0x4282, b"matroska")) + element(SEGMENT, body, size=size)


def date(nanoseconds: int) -> bytes:
    return element(DATE, struct.pack(">q", nanoseconds))


@pytest.mark.parametrize("size", [None, b"\x01" + b"\xff" * 7], ids=["known", "unknown"])
def test_date_size_length_and_title(size: bytes | None) -> None:
    found = parts(
        mkv(
            date(SECONDS_2019 * 10**9 + 250),
            element(DURATION, struct.pack(">d", 12_500)),
            element(TITLE, b"Pier"),
            size=size,
        )
    )
    (time,) = found.times
    assert (time.source, time.kind) == ("matroska:DateUTC", CaptureKind.UTC)
    assert (time.time.time, time.time.precision) == (
        datetime(2019, 8, 7, 5, 20),
        Precision.SECOND,
    )
    assert (found.width, found.height) == (640, 480)
    assert found.movie is not None
    assert (found.movie.duration_s, found.movie.created_is_utc) == (12.5, True)
    assert [(text.origin, text.value) for text in found.texts] == [("matroska:Title", "Pier")]


def test_the_scale_of_the_length() -> None:
    scale = element(SCALE, (10_000_000).to_bytes(4))
    found = parts(mkv(scale, element(DURATION, struct.pack(">f", 150)))).movie
    assert found is not None
    assert found.duration_s == 1.5


@pytest.mark.parametrize(
    "info",
    [
        date(0),
        date(-(2**63)),
        element(DATE, b"\0\1"),
        element(DURATION, b"\x7f\xf0" + b"\0" * 6),
        element(DURATION, b"\xff" * 8),
        element(DURATION, b""),
    ],
)
def test_invalid_dates_and_lengths(info: bytes) -> None:
    found = parts(mkv(info))
    assert found.times == ()
    assert found.movie is not None
    assert found.movie.duration_s is None


def test_info_that_comes_after_the_clusters() -> None:
    cluster = element(0x1F43B675, b"\0" * 10_000)
    body = cluster * 50 + element(INFO, date(SECONDS_2019 * 10**9))
    data = element(0x1A45DFA3, b"") + element(SEGMENT, body)
    assert len(parts(data).times) == 1


def test_a_file_without_a_segment_is_damaged() -> None:
    with pytest.raises(ExifError, match="no segment"):
        parts(element(0x1A45DFA3, b""))


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("name", ["a.mkv", "a.webm"])
def test_a_file_that_ffmpeg_wrote(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=red:s=64x48:d=1", "-metadata",
         "creation_time=2019-08-07T05:20:00Z", *(["-c:v", "mpeg4"] if name == "a.mkv" else []),
         str(path)],
        check=True,
    )  # fmt: skip
    found = parts(path.read_bytes())
    assert (found.width, found.height) == (64, 48)
    assert found.movie is not None
    assert found.movie.duration_s == pytest.approx(1.0, abs=0.1)
    if name == "a.mkv":  # WebM has no date
        assert [time.time.time for time in found.times] == [datetime(2019, 8, 7, 5, 20)]
