"""What a media file of an export says of itself, from its first bytes.

A tar cannot be opened again at one place, so what was read in passing is kept in the spool.
"""

import io
from typing import BinaryIO

from pydantic import TypeAdapter

from photo_assets.catalogs.google_takeout.head import Head
from photo_assets.catalogs.google_takeout.spool import Slot, Spool
from photo_assets.media.read import ExifError, read_media
from photo_assets.media.record import MediaRecord

_RECORDS = TypeAdapter(MediaRecord)


def read_header(stream: BinaryIO, size: int, name: str) -> MediaRecord:
    """Return what the file says. What cannot be parsed is one of the record's problems.

    Errors of reading itself pass through.
    """
    if not stream.seekable():
        stream = io.BufferedReader(Head(stream, size))
    try:
        return read_media(stream, name)
    except ExifError as error:
        return MediaRecord(problems=(str(error),))


def put_header(spool: Spool, stream: io.RawIOBase, size: int, name: str) -> Slot:
    """Read the header of a tar entry and keep what it says."""
    record = read_header(io.BufferedReader(Head(stream, size)), size, name)
    return spool.put(_RECORDS.dump_json(record))


def get_header(spool: Spool, slot: Slot) -> MediaRecord:
    """Return the header kept at `slot`."""
    return _RECORDS.validate_json(spool.get(slot))
