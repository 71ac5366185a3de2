"""What a media file says of itself: EXIF and the embedded XMP packet, from its first bytes.

A tar cannot be opened again at one place, so what was read in passing is kept in the spool.
"""

import dataclasses
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

import orjson

from photo_assets.catalogs.google_takeout.head import Head
from photo_assets.catalogs.google_takeout.spool import Slot, Spool
from photo_assets.media.exif.read import read_headers
from photo_assets.media.exif.record import ExifRecord
from photo_assets.media.exif.window import ExifError
from photo_assets.media.xmp.packet import XmpError
from photo_assets.media.xmp.parse import parse_xmp
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.model.item import canonical_json
from photo_assets.model.vocabulary import Precision


@dataclass(frozen=True, slots=True)
class Header:
    """Both records; empty where the file has none, or has one that cannot be parsed.

    `problem` says what could not be parsed.
    """

    exif: ExifRecord = field(default_factory=ExifRecord)
    xmp: XmpRecord = field(default_factory=XmpRecord)
    problem: str | None = None


def read_header(stream: BinaryIO, size: int, name: str) -> Header:
    """Return what the header says. Errors of reading itself pass through."""
    if not stream.seekable():
        stream = io.BufferedReader(Head(stream, size))
    try:
        exif, packet = read_headers(stream, name)
    except ExifError as error:
        return Header(problem=str(error))
    return _header(exif, packet)


def put_header(spool: Spool, stream: io.RawIOBase, size: int, name: str) -> Slot:
    """Read the header of a tar entry and keep what it says."""
    try:
        exif, packet = read_headers(io.BufferedReader(Head(stream, size)), name)
    except ExifError as error:
        return spool.put(canonical_json({"problem": str(error)}) + b"\n")
    said = {key: value for key, value in dataclasses.asdict(exif).items() if value is not None}
    return spool.put(canonical_json(said) + b"\n" + (packet or b""))


def get_header(spool: Spool, slot: Slot) -> Header:
    """Return the header kept at `slot`."""
    line, _, packet = spool.get(slot).partition(b"\n")
    said = orjson.loads(line)
    if "problem" in said:
        return Header(problem=said["problem"])
    if "capture_time" in said:
        said["capture_time"] = datetime.fromisoformat(said["capture_time"]).replace(tzinfo=None)
    if "capture_precision" in said:
        said["capture_precision"] = Precision(said["capture_precision"])
    return _header(ExifRecord(**said), packet or None)


def _header(exif: ExifRecord, packet: bytes | None) -> Header:
    if packet is None:
        return Header(exif)
    try:
        return Header(exif, parse_xmp(packet))
    except XmpError as error:
        return Header(exif, problem=f"embedded XMP: {error}")
