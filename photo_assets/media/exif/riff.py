"""RIFF files, chunks in lists: WebP pictures and AVI movies.

Sources: RFC 9649 (WebP); Microsoft's AVI RIFF reference, its OpenDML extension, and the EXIF
standard's chunks for RIFF.
"""

import struct
from collections.abc import Iterator

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.parts import Movie, Parts
from photo_assets.media.exif.window import MAX_VALUE_BYTES, ExifError, Window

_MAX_CHUNKS = 2048
_LISTS = frozenset({b"hdrl", b"strl", b"INFO", b"exif", b"ncdt"})
_TEXTS = {b"INAM": "avi:INAM", b"IART": "avi:IART", b"ICMT": "avi:ICMT", b"ICOP": "avi:ICOP"}

Chunks = dict[bytes, Window]


def webp_file(window: Window) -> Parts:
    """Return the parts of a WebP: VP8, VP8L or VP8X size, EXIF and XMP chunks."""
    size: tuple[int, int] | None = None
    collector = BlockCollector()
    for kind, body in _chunks(window, 12):
        if kind in {b"VP8X", b"VP8 ", b"VP8L"} and size is None:
            size = _webp_size(kind, body.at(0, 10))
        elif kind == b"EXIF":
            collector.exif(body)
        elif kind == b"XMP ":
            collector.xmp(body)
    if size is None:
        raise ExifError("The WebP file has no picture header.")
    return collector.parts(width=size[0], height=size[1])


def avi_file(window: Window) -> Parts:
    """Return the parts of an AVI: size and length from its headers, dates and texts from its lists.

    IDIT is the camera's wall clock at digitization; ICRD is a date of the INFO list.
    """
    collector = BlockCollector()
    found: Chunks = {}
    for kind, body in _avi_chunks(window):
        if kind == b"_PMX":
            collector.xmp(body)
        elif kind != b"strf" or _video_size(body.at(0, 12)):  # other streams also have formats
            found.setdefault(kind, body)
    header = found[b"avih"].at(0, 40) if b"avih" in found else b""
    if len(header) < 40:
        raise ExifError("The AVI file has no main header: it is cut short or damaged.")
    frame_us, frames = struct.unpack("<I12xI", header[:20])
    size = _video_size(found[b"strf"].at(0, 12)) if b"strf" in found else None
    width, height = size or struct.unpack("<II", header[32:40])
    for name in (b"IDIT", b"ICRD"):
        collector.date(_text(found, name), f"avi:{name.decode()}")
    for name, origin in _TEXTS.items():
        collector.text(origin, _text(found, name))
    movie = Movie(
        duration_s=frames * frame_us / 1e6 or None,
        make=_text(found, b"ecor") or None,
        model=_text(found, b"emdl") or None,
    )
    return collector.parts(width=width, height=height, movie=movie)


def _chunks(window: Window, offset: int) -> Iterator[tuple[bytes, Window]]:
    for _ in range(_MAX_CHUNKS):
        head = window.at(offset, 8)
        if len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        yield kind, window.part(offset + 8, length)
        offset += 8 + length + (length & 1)


def _avi_chunks(window: Window, offset: int = 12, depth: int = 0) -> Iterator[tuple[bytes, Window]]:
    """Yield the chunks of the file and of the lists that describe it."""
    for kind, body in _chunks(window, offset):
        if kind != b"LIST":
            yield kind, body
        elif body.at(0, 4) in _LISTS and depth < 3:
            yield from _avi_chunks(body, 4, depth + 1)


def _text(found: Chunks, name: bytes) -> str:
    raw = found[name].at(0, MAX_VALUE_BYTES).partition(b"\0")[0] if name in found else b""
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").strip()


def _video_size(data: bytes) -> tuple[int, int] | None:
    """Return the size in a BITMAPINFOHEADER (40 bytes; audio formats begin differently)."""
    if len(data) < 12 or int.from_bytes(data[:4], "little") < 40:
        return None
    width, height = struct.unpack("<ii", data[4:12])
    plausible = 0 < width < 100_000 and 0 < abs(height) < 100_000
    return (width, abs(height)) if plausible else None


def _webp_size(kind: bytes, head: bytes) -> tuple[int, int] | None:
    if len(head) < 10:
        return None
    if kind == b"VP8X":
        return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", head[6:10])
    return width & 0x3FFF, height & 0x3FFF
