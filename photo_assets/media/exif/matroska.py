"""Matroska and WebM: date, length and title from the segment's Info, the size from its Tracks.

Source: RFC 8794 (EBML) and RFC 9559 (Matroska). DateUTC counts nanoseconds from 2001-01-01 UTC.
"""

import math
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.parts import Movie, Parts
from photo_assets.media.exif.window import MAX_VALUE_BYTES, ExifError, Window
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets.model.wall_time import FIRST_PHOTOGRAPH_YEAR, WallTime

_SEGMENT, _INFO, _TRACKS = 0x18538067, 0x1549A966, 0x1654AE6B
_SCALE, _DURATION, _DATE, _TITLE = 0x2AD7B1, 0x4489, 0x4461, 0x7BA9
_TRACK, _VIDEO, _WIDTH, _HEIGHT = 0xAE, 0xE0, 0xB0, 0xBA
_EPOCH = datetime(2001, 1, 1)
_DEFAULT_SCALE_NS = 1_000_000
_MAX_ELEMENTS = 4096

Elements = dict[int, Window]


def matroska_file(window: Window) -> Parts:
    """Return the parts of a Matroska or WebM file. Raises `ExifError` without a segment."""
    segment = next((body for name, body in _elements(window) if name == _SEGMENT), None)
    if segment is None:
        raise ExifError("The Matroska file has no segment: it is cut short or damaged.")
    collector = BlockCollector()
    top: Elements = {}
    for name, body in _elements(segment):
        top.setdefault(name, body)
        if _INFO in top and _TRACKS in top:
            break
    info = _children(top.get(_INFO))
    if _DATE in info:
        collector.time(_date(info[_DATE].at(0, 8)), "matroska:DateUTC", CaptureKind.UTC)
    if _TITLE in info:
        title = info[_TITLE].at(0, MAX_VALUE_BYTES).decode("utf-8", "replace")
        collector.text("matroska:Title", title)
    width, height = _size(top.get(_TRACKS))
    return collector.parts(width=width, height=height, movie=Movie(duration_s=_duration(info)))


def _elements(window: Window) -> Iterator[tuple[int, Window]]:
    """Yield id and content of the elements; one of unknown size (live streams) is the last."""
    offset = 0
    for _ in range(_MAX_ELEMENTS):
        head = window.at(offset, 12)
        id_length = _length(head, 4)
        size_length = _length(head[id_length:], 8)
        if not id_length or not size_length:
            return
        start = id_length + size_length
        size = int.from_bytes(head[id_length:start]) & ((1 << 7 * size_length) - 1)
        if len(head) < start:
            return
        is_unknown = size == (1 << 7 * size_length) - 1
        body = window.part(offset + start, window.length if is_unknown else size)
        yield int.from_bytes(head[:id_length]), body
        if is_unknown:
            return
        offset += start + size


def _length(head: bytes, longest: int) -> int:
    """Return the length of a number in bytes, by its leading zero bits; 0 when invalid."""
    count = 9 - head[0].bit_length() if head else 0
    return count if count <= longest else 0


def _children(window: Window | None) -> Elements:
    found: Elements = {}
    for name, body in _elements(window) if window is not None else ():
        found.setdefault(name, body)
    return found


def _size(tracks: Window | None) -> tuple[int, int] | tuple[None, None]:
    """Return width and height of the first track that has them."""
    for name, track in _elements(tracks) if tracks is not None else ():
        video = _children(_children(track).get(_VIDEO)) if name == _TRACK else {}
        if _WIDTH in video and _HEIGHT in video:
            return _number(video[_WIDTH]), _number(video[_HEIGHT])
    return None, None


def _number(body: Window) -> int:
    return int.from_bytes(body.at(0, 8))


def _date(data: bytes) -> WallTime | None:
    if len(data) != 8:
        return None
    nanoseconds = int.from_bytes(data, signed=True)
    moment = _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    if nanoseconds == 0 or moment.year < FIRST_PHOTOGRAPH_YEAR:
        return None
    return WallTime(moment.replace(microsecond=0), None, Precision.SECOND)


def _duration(info: Elements) -> float | None:
    """Return seconds: a float in units of the segment's scale."""
    data = info[_DURATION].at(0, 8) if _DURATION in info else b""
    if len(data) not in {4, 8}:
        return None
    units: float = struct.unpack(">f" if len(data) == 4 else ">d", data)[0]
    scale = _number(info[_SCALE]) if _SCALE in info else _DEFAULT_SCALE_NS
    seconds = units * scale / 1e9
    return seconds if math.isfinite(seconds) and seconds > 0 else None
