"""Sigma's X3F: a directory at the end, properties (older cameras) or a JPEG with EXIF (newer ones).

Structure: Foveon's X3F Raw Format, and exiftool's documentation of version 4.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.jpeg import jpeg_file
from photo_assets.media.exif.parts import Camera, Parts
from photo_assets.media.exif.window import ExifError, Window
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import WallTime

_MAX_SECTIONS, _MAX_PROPERTIES, _MAX_PROPERTIES_BYTES = 64, 512, 256 * 1024
_PROPERTIES, _IMAGES = b"PROP", frozenset({b"IMA2", b"IMAG"})
_IMAGE_HEADER, _JPEG = 28, b"\xff\xd8"
_UTF_16 = 0
_TURNS = {0: 1, 90: 6, 180: 3, 270: 8}
_EPOCH, _LAST = datetime(1970, 1, 1), 4_102_444_800

Properties = dict[str, str]


def x3f_file(window: Window) -> Parts:
    """Return the parts of an X3F. Its TIME counts seconds of the camera's wall clock from 1970."""
    head = window.at(0, 52)
    if len(head) < 52:
        raise ExifError("The X3F file is cut short.")
    at = 40 if head[6:8] >= b"\4\0" else 28  # the version's major number is in its upper half
    width, height, turn = struct.unpack("<III", head[at : at + 12])
    collector, properties = BlockCollector(), {}
    for kind, body in _sections(window):
        if kind == _PROPERTIES:
            properties = _properties(body, collector)
        elif kind in _IMAGES and body.at(_IMAGE_HEADER, 2) == _JPEG:
            with suppress(ExifError):
                collector.inner(jpeg_file(body.part(_IMAGE_HEADER, body.length)))
    collector.time(_time(properties.get("TIME", "")), "x3f:TIME")
    orientation = None if collector.directories.main is not None else _TURNS.get(turn)
    return collector.parts(
        width=width, height=height, orientation=orientation, camera=_camera(properties)
    )


def _sections(window: Window) -> Iterator[tuple[bytes, Window]]:
    start = int.from_bytes(window.at(window.length - 4, 4), "little")
    head = window.at(start, 12)
    if head[:4] != b"SECd" or len(head) < 12:
        raise ExifError("The X3F file has no directory: it is cut short or damaged.")
    for number in range(min(int.from_bytes(head[8:], "little"), _MAX_SECTIONS)):
        entry = window.at(start + 12 + number * 12, 12)
        if len(entry) == 12:
            offset, length, kind = struct.unpack("<II4s", entry)
            yield kind, window.part(offset, length)


def _properties(body: Window, collector: BlockCollector) -> Properties:
    """Return names and values: pairs of offsets in a UTF-16 text, each string up to its NUL."""
    data = body.at(0, _MAX_PROPERTIES_BYTES)
    head = data[:24].ljust(24, b"\0")
    count, encoding = struct.unpack("<8xII8x", head)
    start = 24 + 8 * count
    if head[:4] != b"SECp" or encoding != _UTF_16 or count > _MAX_PROPERTIES or start > len(data):
        collector.problem("The properties of the X3F file cannot be read.")
        return {}
    text = data[start : len(data) - (len(data) - start) % 2].decode("utf-16-le", "replace")
    pairs = struct.iter_unpack("<II", data[24:start])
    return {_at(text, name): _at(text, value) for name, value in pairs}


def _at(text: str, place: int) -> str:
    return clean_text(text[place : place + 256].partition("\0")[0]).strip()


def _camera(properties: Properties) -> Camera:
    iso = _number(properties.get("ISO"))
    return Camera(
        make=properties.get("CAMMANUF") or None,
        model=properties.get("CAMMODEL") or None,
        serial=properties.get("CAMSERIAL") or None,
        aperture=_number(properties.get("APERTURE")),
        exposure_time_s=_number(properties.get("SHUTTER")),
        iso=int(iso) if iso else None,
        focal_length_mm=_number(properties.get("FLENGTH")),
    )


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < 1e7 else None


def _time(text: str) -> WallTime | None:
    seconds = _number_of_seconds(text)
    if seconds is None:
        return None
    return WallTime(_EPOCH + timedelta(seconds=seconds), None, Precision.SECOND)


def _number_of_seconds(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 12
    return int(text) if is_number and 0 < int(text) < _LAST else None
