"""The central directory of a zip file as records (APPNOTE.TXT 6.3.10, sections 4.3 and 4.4).

Python's own `zipfile` gives up a whole archive for one name that is not UTF-8 and loads every
entry before a limit can be held; this module yields raw names one by one. Reading the entries'
content is in `zip_archive`.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from photo_assets.media.archives.limits import (
    MAX_DIRECTORY_BYTES,
    MAX_ENTRIES,
    ArchiveError,
)
from photo_assets.model.wording import counted

_END = struct.Struct("<4s4H2LH")  # 4.3.16
_END64 = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
_LOCATOR64 = struct.Struct("<4sLQL")  # 4.3.15
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")  # 4.3.12
_END_SIGNATURE = b"PK\x05\x06"
_MAX_COMMENT = 0xFFFF
_FULL32 = 0xFFFFFFFF
_FULL16 = 0xFFFF


@dataclass(frozen=True, slots=True)
class DirectoryRecord:
    """One entry as the central directory states it. Sizes in bytes, `offset` of its header."""

    raw_name: bytes
    utf8: bool
    encrypted: bool
    method: int
    crc: int
    compressed: int
    size: int
    offset: int
    unix_mode: int


@dataclass(frozen=True, slots=True)
class _Extent:
    start: int
    size: int
    entries: int
    shift: int  # bytes put before the archive (a self-extractor's stub)


def read_directory(stream: BinaryIO) -> Iterator[DirectoryRecord]:
    """Yield the records of the archive in `stream`, in the directory's order.

    Raises `ArchiveError` when there is no directory (a truncated download), when it is damaged,
    or when it is larger than the limits.
    """
    extent = _locate(stream)
    if extent.entries > MAX_ENTRIES or extent.size > MAX_DIRECTORY_BYTES:
        raise ArchiveError(
            "too many entries",
            f"The archive declares {extent.entries:,} entries; at most {MAX_ENTRIES:,} are read.",
        )
    stream.seek(extent.start)
    left = extent.size
    count = 0
    while left >= _ENTRY.size:
        fixed = stream.read(_ENTRY.size)
        if len(fixed) < _ENTRY.size or fixed[:4] != b"PK\x01\x02":
            raise ArchiveError("damaged archive", "The zip's table of contents is damaged.")
        fields = _ENTRY.unpack(fixed)
        lengths = fields[12:15]
        variable = stream.read(sum(lengths))
        if len(variable) < sum(lengths):
            raise ArchiveError("damaged archive", "The zip's table of contents is damaged.")
        left -= _ENTRY.size + sum(lengths)
        count += 1
        if count > MAX_ENTRIES:
            raise ArchiveError("too many entries", f"More than {MAX_ENTRIES:,} entries.")
        yield _record(fields, variable, extent.shift)
    if count != extent.entries:
        raise ArchiveError(
            "damaged archive",
            f"The zip declares {counted(extent.entries, 'entry', 'entries')} and lists {count:,}.",
        )


def _locate(stream: BinaryIO) -> _Extent:
    length = stream.seek(0, os.SEEK_END)
    tail_start = max(0, length - _END.size - _MAX_COMMENT)
    stream.seek(tail_start)
    tail = stream.read()
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) - at < _END.size:
        raise ArchiveError(
            "truncated archive",
            "The zip has no table of contents at its end: the download was probably cut short.",
        )
    _, _, _, _, entries, size, start, _ = _END.unpack_from(tail, at)
    end_at = tail_start + at
    if entries == _FULL16 or _FULL32 in {size, start}:
        wide = _locate64(stream, end_at)
        if wide is not None:
            entries, size, start, end_at = wide
    shift = end_at - size - start
    if shift < 0 or end_at - size < 0:
        raise ArchiveError("damaged archive", "The zip's table of contents lies outside the file.")
    return _Extent(end_at - size, size, entries, shift)


def _locate64(stream: BinaryIO, end_at: int) -> tuple[int, int, int, int] | None:
    """Return (entries, size, start, position of the zip64 record), None where there is none."""
    if end_at < _LOCATOR64.size:
        return None
    stream.seek(end_at - _LOCATOR64.size)
    signature, _, position, _ = _LOCATOR64.unpack(stream.read(_LOCATOR64.size))
    if signature != b"PK\x06\x07":
        return None
    for candidate in (position, end_at - _LOCATOR64.size - _END64.size):
        if candidate < 0:
            continue
        stream.seek(candidate)
        record = stream.read(_END64.size)
        if len(record) == _END64.size and record[:4] == b"PK\x06\x06":
            fields = _END64.unpack(record)
            return fields[7], fields[8], fields[9], candidate
    raise ArchiveError("damaged archive", "The zip64 end record is missing.")


def _record(fields: tuple[int, ...], variable: bytes, shift: int) -> DirectoryRecord:
    made_on, flags, method = fields[2], fields[5], fields[6]
    crc, compressed, size = fields[9], fields[10], fields[11]
    name_length, extra_length = fields[12], fields[13]
    external, offset = fields[17], fields[18]
    extra = variable[name_length : name_length + extra_length]
    size, compressed, offset = _widen(extra, size, compressed, offset)
    return DirectoryRecord(
        raw_name=variable[:name_length],
        utf8=bool(flags & 0x800),
        encrypted=bool(flags & 0x2041),  # 0: encrypted, 6: strong, 13: masked directory (4.4.4)
        method=method,
        crc=crc,
        compressed=compressed,
        size=size,
        offset=offset + shift,
        unix_mode=external >> 16 if made_on in {3, 19} else 0,
    )


def _widen(extra: bytes, size: int, compressed: int, offset: int) -> tuple[int, int, int]:
    """Return the three numbers, from the zip64 field where the plain ones are full (4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + length]
        at += 4 + length
        if kind != 1:
            continue
        numbers = [int.from_bytes(body[i : i + 8], "little") for i in range(0, len(body) - 7, 8)]
        if size == _FULL32 and numbers:
            size = numbers.pop(0)
        if compressed == _FULL32 and numbers:
            compressed = numbers.pop(0)
        if offset == _FULL32 and numbers:
            offset = numbers.pop(0)
    return size, compressed, offset
