"""A movie of JPEG frames (QuickTime File Format, ISO 14496-12): playable and small.

Codec 'jpeg' (Photo JPEG) needs no video encoder.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime

_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_TIMESCALE = 600
_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def mov(
    frames: Sequence[bytes],
    size: tuple[int, int],
    frame_rate: int,
    created: datetime | None,
    content_identifier: str | None = None,
    *,
    brand: bytes = b"qt  ",
    day: str | None = None,
) -> bytes:
    """Return a movie of JPEG `frames`. `created` is an instant in UTC; None is written as 0.

    `content_identifier` is Apple's key that ties the movie to the still of a live photo, `day` the
    date in iTunes' list. `brand` is the file type.
    """
    head = _box(b"ftyp", brand + struct.pack(">I", 0x20050300) + brand)
    media = _box(b"mdat", b"".join(frames))
    seconds = 0 if created is None else int((created - _EPOCH).total_seconds())
    step = _TIMESCALE // frame_rate
    length = step * len(frames)
    stamp = struct.pack(">II", seconds, seconds)
    header = _full(
        b"mvhd",
        stamp + struct.pack(">IIIH10x", _TIMESCALE, length, 0x10000, 0x100) + _MATRIX
        + bytes(24) + struct.pack(">I", 2),
    )  # fmt: skip
    movie = header + _track(frames, size, stamp, step, length, len(head) + 8)
    if content_identifier is not None:
        movie += _identifier(content_identifier)
    if day is not None:
        movie += _itunes_day(day)
    return head + media + _box(b"moov", movie)


def _track(
    frames: Sequence[bytes], size: tuple[int, int], stamp: bytes, step: int, length: int, first: int
) -> bytes:
    width, height = size
    track_header = _full(
        b"tkhd",
        stamp + struct.pack(">I4xI8xHHH2x", 1, length, 0, 0, 0) + _MATRIX
        + struct.pack(">II", width << 16, height << 16),
        flags=7,
    )  # fmt: skip
    media_header = _full(b"mdhd", stamp + struct.pack(">IIHH", _TIMESCALE, length, 0x55C4, 0))
    handler = _full(b"hdlr", b"mhlrvide" + bytes(12) + b"\0")
    graphics = _full(b"vmhd", bytes(8), flags=1)
    reference = _box(b"dinf", _full(b"dref", struct.pack(">I", 1) + _full(b"url ", b"", flags=1)))
    tables = _box(b"stbl", _sample_tables(frames, size, step, first))
    data_handler = _full(b"hdlr", b"dhlrurl " + bytes(12) + b"\0")
    information = _box(b"minf", graphics + data_handler + reference + tables)
    return _box(b"trak", track_header + _box(b"mdia", media_header + handler + information))


def _sample_tables(frames: Sequence[bytes], size: tuple[int, int], step: int, first: int) -> bytes:
    description = (
        bytes(6) + struct.pack(">HHH4sII", 1, 0, 0, b"appl", 0, 512)
        + struct.pack(">HHIIIH", *size, 72 << 16, 72 << 16, 0, 1)
        + b"\x0cPhoto - JPEG".ljust(32, b"\0") + struct.pack(">Hh", 24, -1)
    )  # fmt: skip
    offsets, at = [], first
    for frame in frames:
        offsets.append(at)
        at += len(frame)
    count = len(frames)
    return (
        _full(b"stsd", struct.pack(">I", 1) + _box(b"jpeg", description))
        + _full(b"stts", struct.pack(">III", 1, count, step))
        + _full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1))
        + _full(b"stsz", struct.pack(f">II{count}I", 0, count, *map(len, frames)))
        + _full(b"stco", struct.pack(f">I{count}I", count, *offsets))
    )


def _identifier(value: str) -> bytes:
    key = b"com.apple.quicktime.content.identifier"
    keys = _full(b"keys", struct.pack(">II", 1, len(key) + 8) + b"mdta" + key)
    handler = _full(b"hdlr", b"\0\0\0\0mdta" + bytes(12) + b"\0")
    return _box(b"meta", handler + keys + _box(b"ilst", _box(struct.pack(">I", 1), _text(value))))


def _itunes_day(value: str) -> bytes:
    handler = _full(b"hdlr", b"\0\0\0\0mdirappl" + bytes(8) + b"\0")
    listed = _box(b"ilst", _box(b"\xa9day", _text(value)))
    return _box(b"udta", _full(b"meta", handler + listed))


def _text(value: str) -> bytes:
    return _box(b"data", struct.pack(">II", 1, 0) + value.encode())


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def _full(kind: bytes, content: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags) + content)
