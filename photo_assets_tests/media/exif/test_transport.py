from datetime import datetime

import pytest

from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import WallTime
from photo_assets_tests.media.exif.blocks import parts

MESSAGE = bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM"
DATE, CLOCK = b"\x18\x02\x20\x08\x12", b"\x19\x31\x23\x16\x24"
TAKEN = datetime(2008, 12, 31, 23, 16, 24)


def message(*packs: bytes) -> bytes:
    body = MESSAGE + bytes((len(packs),)) + b"".join(packs)
    return body.replace(b"\0\0\1", b"\0\0\3\1").replace(b"\0\0\0", b"\0\0\3\0")


def stream(content: bytes, *, timed: bool = True, stuffing: int = 0) -> bytes:
    """Packets of a picture with the content, between those of another stream."""
    out = b""
    size = 184 - stuffing
    for at in range(0, len(content), size):
        piece = content[at : at + size]
        stuffed = 184 - len(piece)
        field = bytes((stuffed - 1,)) + b"\xff" * (stuffed - 1) if stuffed else b""
        flags = 0x30 if stuffed else 0x10
        packet = b"\x47\x10\x11" + bytes((flags,)) + field + piece
        sound = b"\x47\x11\x00\x10" + b"\xaa" * 184
        for one in (sound, packet):
            out += (b"\0\0\0\0" if timed else b"") + one
    return out


def recorded(data: bytes) -> WallTime | None:
    times = parts(data).times
    assert [time.source for time in times] in ([], ["avchd:MDPM"])
    return times[0].time if times else None


@pytest.mark.parametrize("timed", [True, False], ids=["M2TS", "TS"])
@pytest.mark.parametrize("stuffing", [0, 20, 150])
def test_the_recording_time_of_avchd_wherever_packets_cut_it(timed: bool, stuffing: int) -> None:
    content = b"\0\0\1\6" + b"x" * 170 + message(DATE, CLOCK) + b"y" * 500
    data = stream(content, timed=timed, stuffing=stuffing)
    assert recorded(data) == WallTime(TAKEN, 60, Precision.SECOND)
    assert "nothing but AVCHD's recording time" in (parts(data).not_read or "")


@pytest.mark.parametrize(
    ("zone", "offset"),
    [(0x00, 0), (0x02, 60), (0x22, -60), (0x0B, 330), (0x27, -210), (0x42, 60), (0xFF, None)],
)
def test_the_zone_of_the_recording(zone: int, offset: int | None) -> None:
    date = b"\x18" + bytes((zone,)) + DATE[2:]
    assert recorded(stream(b"x" * 600 + message(date, CLOCK))) == WallTime(
        TAKEN, offset, Precision.SECOND
    )


@pytest.mark.parametrize(
    "content",
    [
        message(),
        message(DATE),
        message(b"\x18\x02\xff\xff\xff", CLOCK),
        message(b"\x18\x02\x20\x08\x13", CLOCK),
        MESSAGE,
        b"nothing",
    ],
)
def test_a_stream_without_a_time(content: bytes) -> None:
    assert recorded(stream(b"x" * 600 + content)) is None


def test_the_maker_of_the_camera() -> None:
    found = parts(stream(b"x" * 600 + message(DATE, CLOCK, b"\xe0\x10\x11\x30\x00"))).movie
    assert found is not None
    assert found.make == "Canon"
