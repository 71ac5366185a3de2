"""A zip file as entries that can be opened in any order, each as a bounded stream.

The layout of the table of contents is in `zip_directory`.
"""

import itertools
import stat
import struct
import zlib
from dataclasses import dataclass, replace
from typing import BinaryIO

from photo_assets.media.archives.bounded import BoundedStream, Pull
from photo_assets.media.archives.limits import (
    CHUNK,
    MAX_MEMBER_BYTES,
    ArchiveError,
    is_bomb,
    safe_name,
)
from photo_assets.media.archives.zip_directory import DirectoryRecord, read_directory
from photo_assets.model.names import to_text

_LOCAL = struct.Struct("<4s5H3L2H")  # APPNOTE.TXT 4.3.7
_STORED = 0
_DEFLATED = 8


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One entry. `member` addresses it exactly; `name` is for people and for matching.

    They differ only for names that are not UTF-8 and are not said to be: these are read as CP437
    (APPNOTE.TXT appendix D). `problem` says why the entry cannot be used, None when it can.
    """

    member: str
    name: str
    is_directory: bool
    size: int
    crc: int
    record: DirectoryRecord
    problem: str | None


class ZipArchive:
    """An open zip file. Raises `ArchiveError` on what is wrong with it as a whole."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def entries(self) -> list[ZipEntry]:
        """Return every entry, those with a problem too, in the directory's order."""
        entries = [_entry(record) for record in read_directory(self._stream)]
        return _mark_repeated(_mark_overlapping(entries))

    def open(self, entry: ZipEntry) -> BoundedStream:
        """Return a stream over the entry's content; at most one stream may be read at a time.

        Raises `ArchiveError` when the entry has a problem or its local header is damaged.
        """
        if entry.problem is not None:
            raise ArchiveError(entry.problem, f"{entry.name}: {entry.problem}.")
        record = entry.record
        self._stream.seek(record.offset)
        header = self._stream.read(_LOCAL.size)
        if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise ArchiveError(
                "damaged entry", f"{entry.name} has no header at the stated position."
            )
        name_length, extra_length = _LOCAL.unpack(header)[9:11]
        if self._stream.read(name_length) != record.raw_name:
            raise ArchiveError("damaged entry", f"{entry.name} has another name in its header.")
        start = record.offset + _LOCAL.size + name_length + extra_length
        raw = _raw_pull(self._stream, start, record.compressed)
        pull = raw if record.method == _STORED else _inflating_pull(raw, entry)
        return BoundedStream(entry.name, entry.size, entry.crc, pull)


def _entry(record: DirectoryRecord) -> ZipEntry:
    member = to_text(record.raw_name)
    try:
        name = record.raw_name.decode("utf-8")
    except UnicodeDecodeError:
        name = member if record.utf8 else record.raw_name.decode("cp437")
    return ZipEntry(
        member=member,
        name=safe_name(name) or name,
        is_directory=member.endswith("/"),
        size=record.size,
        crc=record.crc,
        record=record,
        problem=_problem(record, name),
    )


def _problem(record: DirectoryRecord, name: str) -> str | None:
    kind = stat.S_IFMT(record.unix_mode)
    if safe_name(name) is None:
        return "unsafe name"
    if record.encrypted:
        return "encrypted"
    if kind == stat.S_IFLNK:
        return "symbolic link"
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "not a regular file"
    if record.size > MAX_MEMBER_BYTES:
        return "too large"
    if record.method not in {_STORED, _DEFLATED}:
        return "unsupported compression"
    if is_bomb(record.size, record.compressed):
        return "compression bomb"
    return None


def _mark_overlapping(entries: list[ZipEntry]) -> list[ZipEntry]:
    """Refuse entries whose data run into the next one: the trick of non-recursive zip bombs."""
    order = sorted(range(len(entries)), key=lambda i: entries[i].record.offset)
    marked = list(entries)
    for here, after in itertools.pairwise(order):
        record = entries[here].record
        end = record.offset + _LOCAL.size + len(record.raw_name) + record.compressed
        overlaps = end > entries[after].record.offset
        if overlaps and not entries[here].is_directory and entries[here].problem is None:
            marked[here] = replace(entries[here], problem="overlapping entries")
    return marked


def _mark_repeated(entries: list[ZipEntry]) -> list[ZipEntry]:
    """Refuse all but the first of entries that share a name: a name must mean one content."""
    seen: set[str] = set()
    marked = []
    for entry in entries:
        repeated = entry.member in seen and entry.problem is None and not entry.is_directory
        marked.append(replace(entry, problem="repeated name") if repeated else entry)
        seen.add(entry.member)
    return marked


def _raw_pull(stream: BinaryIO, start: int, length: int) -> Pull:
    position = start
    left = length

    def pull(count: int) -> bytes:
        nonlocal position, left
        stream.seek(position)
        piece = stream.read(min(count, left, CHUNK))
        position += len(piece)
        left -= len(piece)
        return piece

    return pull


def _inflating_pull(raw: Pull, entry: ZipEntry) -> Pull:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    def pull(count: int) -> bytes:
        while not inflater.eof:
            source = inflater.unconsumed_tail or raw(CHUNK)
            try:
                piece = inflater.decompress(source, count)
            except zlib.error as error:
                raise ArchiveError("damaged entry", f"{entry.name}: {error}.") from error
            if piece:
                return piece
            if not source:
                return b""
        return b""

    return pull
