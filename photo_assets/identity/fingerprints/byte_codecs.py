"""Decompressing byte-oriented compressions: LZW, Deflate, PackBits, LZMA, Zstandard.

TIFF and PSD use them for rows of any samples; callers interpret the bytes. libtiff decompresses: it
is given the same compressed data as an eight-bit gray picture whose width is the length of a row in
bytes, so it interprets nothing.
"""

import io
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import Image

from photo_assets.identity.fingerprints.pictures import Bytes
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError

UNCOMPRESSED, PACKBITS = 1, 32773
BYTE_CODECS = frozenset({UNCOMPRESSED, 5, 8, 32946, PACKBITS, 34925, 50000})
"""The compression numbers of TIFF."""

_SHORT, _LONG = 3, 4
_AT_ONCE = 16 << 20
_TOO_SHORT = "The file ends within the picture data."


@dataclass(frozen=True, slots=True)
class Chunks:
    """The location of the compressed parts of a picture, and their unpacked content."""

    offsets: Sequence[int]
    lengths: Sequence[int]
    """One per offset. Ignored for uncompressed parts, whose length follows from their rows."""
    row_bytes: int
    rows: int
    """Rows in each part; the last one may have fewer."""
    total_rows: int


def unpack(stream: BinaryIO, codec: int, chunks: Chunks, fill_order: int = 1) -> Bytes:
    """Return the unpacked rows, total_rows x row_bytes.

    `fill_order` 2 means that the bits of each stored byte are reversed. Raises `UndecodableError`
    where bytes are missing, and whatever Pillow raises on damaged ones.
    """
    if codec == UNCOMPRESSED:
        return _stored(stream, chunks, fill_order)
    stream.seek(0)
    content = stream.read()
    ends = (at + length for at, length in zip(chunks.offsets, chunks.lengths, strict=True))
    if max(ends, default=0) > len(content):
        raise UndecodableError(Reason.DECODE_ERROR, _TOO_SHORT)
    tags = {
        256: (_LONG, [chunks.row_bytes]),
        257: (_LONG, [chunks.total_rows]),
        258: (_SHORT, [8]),
        259: (_SHORT, [codec]),
        262: (_SHORT, [1]),
        266: (_SHORT, [fill_order]),
        273: (_LONG, chunks.offsets),
        277: (_SHORT, [1]),
        278: (_LONG, [chunks.rows]),
        279: (_LONG, chunks.lengths),
    }
    try:
        disguised = _with_directory(content, tags)
    except struct.error as error:
        detail = "Compressed data beyond 4 GiB is not supported."
        raise UndecodableError(Reason.DECODE_ERROR, detail) from error
    with Image.open(io.BytesIO(disguised), formats=["TIFF"]) as image:
        return np.asarray(image)


def _stored(stream: BinaryIO, chunks: Chunks, fill_order: int) -> Bytes:
    if chunks.total_rows * chunks.row_bytes > stream.seek(0, os.SEEK_END):
        raise UndecodableError(
            Reason.DECODE_ERROR, _TOO_SHORT
        )  # before memory for all rows is allocated
    rows = np.empty((chunks.total_rows, chunks.row_bytes), np.uint8)
    flat = rows.reshape(-1)
    at = 0
    for offset in chunks.offsets:
        stream.seek(offset)
        end = min(at + chunks.rows * chunks.row_bytes, flat.size)
        while at < end:
            data = stream.read(min(end - at, _AT_ONCE))
            if not data:
                raise UndecodableError(Reason.DECODE_ERROR, _TOO_SHORT)
            flat[at : at + len(data)] = np.frombuffer(data, np.uint8)
            at += len(data)
    if at < flat.size:
        raise UndecodableError(Reason.DECODE_ERROR, "The file lists too few parts of the picture.")
    return rows if fill_order == 1 else _REVERSED[rows]


def _with_directory(content: bytes, tags: dict[int, tuple[int, Sequence[int]]]) -> bytes:
    """Return `content` as a little-endian TIFF with this single directory appended."""
    content += bytes(len(content) % 2)
    where = len(content) + 2 + 12 * len(tags) + 4
    entries, behind = struct.pack("<H", len(tags)), b""
    for tag, (kind, values) in sorted(tags.items()):
        data = struct.pack(f"<{len(values)}{'H' if kind == _SHORT else 'L'}", *values)
        if len(data) > 4:
            data, behind = struct.pack("<L", where + len(behind)), behind + data
        entries += struct.pack("<HHL", tag, kind, len(values)) + data.ljust(4, b"\0")
    header = struct.pack("<2sHL", b"II", 42, len(content))
    return b"".join((header, memoryview(content)[8:], entries, bytes(4), behind))


_REVERSED = np.packbits(
    np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1), axis=1, bitorder="little"
).ravel()
