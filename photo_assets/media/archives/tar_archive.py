"""A tar file, plain or gzipped, as one sequential pass over bounded streams (POSIX.1-2017 pax).

Python's `tarfile` reads an extended header of any declared size into memory; here every header
has a limit. Random access does not exist: whoever wants several entries asks in one pass.
"""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from photo_assets.media.archives.bounded import BoundedStream, Pull
from photo_assets.media.archives.limits import (
    CHUNK,
    MAX_ENTRIES,
    MAX_HEADER_BYTES,
    MAX_MEMBER_BYTES,
    ArchiveError,
    is_bomb,
    safe_name,
)
from photo_assets.model.names import to_text

_BLOCK = tarfile.BLOCKSIZE
_MAX_TAIL_BYTES = 64 << 20
_REGULAR = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE})
_HEADERS = frozenset({tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK})
_LINKS = {tarfile.SYMTYPE: "symbolic link", tarfile.LNKTYPE: "hard link"}


@dataclass(frozen=True, slots=True)
class TarEntry:
    """One entry. `problem` says why it cannot be used, None when it can."""

    member: str
    name: str
    is_directory: bool
    size: int
    problem: str | None


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


def walk_tar(stream: BinaryIO, *, gzipped: bool) -> Iterator[tuple[TarEntry, BoundedStream]]:
    """Yield each entry with a stream over its content, valid until the next one is asked for.

    What the caller leaves unread is skipped. Raises `ArchiveError` where the rest of the archive
    cannot be read: everything yielded and drained before stands.
    """
    reader = _Reader(stream, gzipped=gzipped)
    seen: set[str] = set()
    for _ in range(MAX_ENTRIES):
        entry = _next_entry(reader, seen)
        if entry is None:
            return
        content = BoundedStream(entry.name, entry.size, None, reader.content(entry.size))
        yield entry, content
        reader.skip_rest(entry.size)
    raise ArchiveError("too many entries", f"More than {MAX_ENTRIES:,} entries in one archive.")


def _next_entry(reader: "_Reader", seen: set[str]) -> TarEntry | None:
    """Return the next entry, its extended headers applied; None at the archive's end."""
    long_name: bytes | None = None
    long_size: int | None = None
    for _ in range(64):  # extended headers before one entry
        block = reader.exactly(_BLOCK)
        if not block.strip(b"\0"):
            reader.finish()
            return None
        info = _parse(block)
        if info.type in _HEADERS or info.type == tarfile.XGLTYPE:
            body = reader.header_body(info.size)
            if info.type == tarfile.GNUTYPE_LONGNAME:
                long_name = body.rstrip(b"\0")
            elif info.type == tarfile.XHDTYPE:
                records = _pax_records(body)
                long_name = records.get(b"path", long_name)
                if b"size" in records:
                    long_size = _pax_size(records[b"size"])
            continue
        raw = long_name if long_name is not None else info.name.encode("utf-8", "surrogateescape")
        return _entry(info, raw, info.size if long_size is None else long_size, seen)
    raise ArchiveError("damaged archive", "Too many extended headers before one tar entry.")


def _entry(info: tarfile.TarInfo, raw: bytes, size: int, seen: set[str]) -> TarEntry:
    member = to_text(raw)
    name = safe_name(member)
    problem = None
    if name is None and not info.isdir():
        problem = "unsafe name"
    elif info.type in _LINKS:
        problem = _LINKS[info.type]
    elif not info.isdir() and info.type not in _REGULAR:
        problem = "not a regular file"
    elif member in seen and not info.isdir():
        problem = "repeated name"
    seen.add(member)
    if size > MAX_MEMBER_BYTES or size < 0:
        raise ArchiveError("too large", f"{member} declares {size:,} bytes.")
    holds_data = info.type in _REGULAR or info.type not in tarfile.SUPPORTED_TYPES
    return TarEntry(
        member=member,
        name=name or member,
        is_directory=info.isdir(),
        size=size if holds_data else 0,
        problem=problem,
    )


def _parse(block: bytes) -> tarfile.TarInfo:
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError) as error:
        raise ArchiveError("damaged archive", f"A tar header is damaged: {error}.") from error
    if info.type == tarfile.GNUTYPE_SPARSE:
        raise ArchiveError("unsupported archive", "Sparse tar entries are not read.")
    return info


def _pax_records(body: bytes) -> dict[bytes, bytes]:
    """Return the records (length, key=value, newline) of an extended header (POSIX.1-2017 pax)."""
    records = {}
    while body.strip(b"\0"):
        digits, _, _ = body.partition(b" ")
        end = int(digits) if digits.isdigit() and len(digits) <= 8 else 0
        if not len(digits) < end <= len(body) or body[end - 1 : end] != b"\n":
            raise ArchiveError("damaged archive", "A pax header is damaged.")
        key, _, value = body[len(digits) + 1 : end - 1].partition(b"=")
        records[key] = value
        body = body[end:]
    return records


def _pax_size(value: bytes) -> int:
    if not value.isdigit() or len(value) > 18:
        raise ArchiveError("damaged archive", "A pax header states no valid size.")
    return int(value)


class _Reader:
    """Counts what goes by, so that padding, limits and skipping are in one place."""

    def __init__(self, stream: BinaryIO, *, gzipped: bool) -> None:
        self._raw = stream
        self._source: _Source = gzip.GzipFile(fileobj=stream) if gzipped else stream
        self._gzipped = gzipped
        self._left = 0
        self._produced = 0

    def read(self, count: int) -> bytes:
        try:
            piece = self._source.read(count)
        except EOFError as error:
            raise ArchiveError(
                "truncated archive", "The archive ends early: its download was probably cut short."
            ) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise ArchiveError("damaged archive", f"The archive is damaged: {error}.") from error
        self._produced += len(piece)
        if self._gzipped and is_bomb(self._produced, self._raw.tell()):
            raise ArchiveError(
                "compression bomb", "The archive unpacks to over 100 times its size."
            )
        return piece

    def exactly(self, count: int) -> bytes:
        pieces = []
        while count:
            piece = self.read(min(count, CHUNK))
            if not piece:
                raise ArchiveError(
                    "truncated archive", "The archive ends early, without an end mark."
                )
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def finish(self) -> None:
        """Read what is behind the end mark, so that gzip's checksum of everything is checked."""
        for _ in range(_MAX_TAIL_BYTES // CHUNK):
            if not self.read(CHUNK):
                return

    def header_body(self, size: int) -> bytes:
        if size > MAX_HEADER_BYTES or size < 0:
            raise ArchiveError("damaged archive", f"A tar header declares {size:,} bytes.")
        return self.exactly(-(-size // _BLOCK) * _BLOCK)[:size]

    def content(self, size: int) -> Pull:
        """Return the content of the current entry, as `BoundedStream` wants it."""
        self._left = size
        return self.pull

    def pull(self, count: int) -> bytes:
        piece = self.read(min(count, self._left, CHUNK)) if self._left else b""
        if self._left and not piece:
            raise ArchiveError("truncated archive", "The archive ends inside this entry.")
        self._left -= len(piece)
        return piece

    def skip_rest(self, size: int) -> None:
        while self._left:
            self.pull(CHUNK)
        self.exactly(-size % _BLOCK)
