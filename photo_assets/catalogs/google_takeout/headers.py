"""Reading the metadata of a media file of an export, from its first bytes.

A tar has no random access, so headers read while listing it are kept in the spool.
"""

import io
from typing import BinaryIO

from pydantic import TypeAdapter

from photo_assets.catalogs.google_takeout.spool import Slot, Spool
from photo_assets.catalogs.google_takeout.stream_head import StreamHead
from photo_assets.media.read import ExifError, read_media
from photo_assets.media.record import MediaRecord

_RECORDS = TypeAdapter(MediaRecord)


def read_header(stream: BinaryIO, size: int, name: str) -> MediaRecord:
    """Return the metadata of the file.

    Unparsable blocks are the record's problems. Read errors propagate.
    """
    if not stream.seekable():
        stream = io.BufferedReader(StreamHead(stream, size))
    try:
        return read_media(stream, name)
    except ExifError as error:
        return MediaRecord(problems=(str(error),))


def put_header(spool: Spool, stream: io.RawIOBase, size: int, name: str) -> Slot:
    """Read the header of a tar entry and store it."""
    record = read_header(io.BufferedReader(StreamHead(stream, size)), size, name)
    return spool.put(_RECORDS.dump_json(record))


def get_header(spool: Spool, slot: Slot) -> MediaRecord:
    """Return the header stored at `slot`."""
    return _RECORDS.validate_json(spool.get(slot))
