"""Reading one member's files: headers, embedded packet, sidecars. Files are opened read-only."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

from photo_assets.catalogs.folders.entry import FileEntry
from photo_assets.catalogs.folders.group import Member
from photo_assets.catalogs.folders.note import Note
from photo_assets.media.icloud_export import file_checksum
from photo_assets.media.read import ExifError, read_media
from photo_assets.media.record import MediaRecord
from photo_assets.media.xmp.packet import MAX_PACKET_BYTES, XmpError
from photo_assets.media.xmp.parse import parse_xmp
from photo_assets.media.xmp.record import XmpRecord

# Do not follow symbolic links, and do not block if the file was replaced by a pipe.
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_BUFFER = 32 * 1024
_HEAD_BYTES = 4096
_CHUNK_BYTES = 1024 * 1024


class ChangedError(Exception):
    """The file changed since it was listed."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """One sidecar: its name, its bytes, and its record or the reason why it has none."""

    entry: FileEntry
    data: bytes
    record: XmpRecord | None
    problem: str | None = None


@dataclass(slots=True)
class Contents:
    """The metadata in a member's files, and its notes from other files."""

    embedded: MediaRecord = field(default_factory=MediaRecord)
    sidecars: list[Sidecar] = field(default_factory=list)
    note: Note | None = None
    checksum: str | None = (
        None  # Apple's checksum of the media file; computed only where a note needs it
    )


def read_member(handle: int, member: Member, note: Note | None) -> Contents:
    """Return the content of the member's files in the directory `handle`, with its `note`.

    A header or packet that cannot be parsed is recorded as a problem and is not an error: the photo
    is still an item. Raises `ChangedError` or `OSError` when the media file cannot be read as
    listed.
    """
    contents = Contents(note=note)
    with _opened(handle, member.file) as stream:
        try:
            contents.embedded = read_media(stream, member.file.text)
        except ExifError as error:
            contents.embedded = MediaRecord(problems=(str(error),))
        if note is not None and note.needs_checksum:
            stream.seek(0)
            contents.checksum = file_checksum(iter(partial(stream.read, _CHUNK_BYTES), b""))
    contents.sidecars = [_sidecar(handle, entry) for entry in member.sidecars]
    return contents


def read_notes(
    handle: int, entry: FileEntry, begins: Callable[[bytes], bool], most_bytes: int
) -> bytes | None:
    """Return the bytes of a notes file, at most one more than `most_bytes`.

    None where it does not begin like a file of its kind. Raises `ChangedError` or `OSError`.
    """
    with _opened(handle, entry) as stream:
        head = stream.read(_HEAD_BYTES)
        return head + stream.read(most_bytes + 1 - len(head)) if begins(head) else None


def read_peer(handle: int, entry: FileEntry) -> MediaRecord:
    """Return the metadata of another file of the directory, an empty record if unreadable."""
    try:
        with _opened(handle, entry) as stream:
            return read_media(stream, entry.text)
    except (ExifError, ChangedError, OSError):
        return MediaRecord()


@contextmanager
def _opened(handle: int, entry: FileEntry) -> Iterator[BinaryIO]:
    """Open a listed file, and check its state against the listing before and after."""
    descriptor = os.open(entry.name, _OPEN_FILE, dir_fd=handle)
    with os.fdopen(descriptor, "rb", buffering=_BUFFER) as stream:
        _check(descriptor, entry)
        yield stream
        _check(descriptor, entry)


def _check(descriptor: int, entry: FileEntry) -> None:
    found = os.fstat(descriptor)
    ctime_ns = None if entry.ctime_ns is None else found.st_ctime_ns
    state = (found.st_size, found.st_mtime_ns, ctime_ns, found.st_ino)
    if not stat.S_ISREG(found.st_mode) or state != entry.state[1:]:
        raise ChangedError(entry.text)


def _sidecar(handle: int, entry: FileEntry) -> Sidecar:
    try:
        with _opened(handle, entry) as stream:
            data = stream.read(MAX_PACKET_BYTES + 1)
    except OSError as error:
        return Sidecar(entry, b"", None, f"It cannot be read: {error.strerror}.")
    try:
        return Sidecar(entry, data, parse_xmp(data))
    except XmpError as error:
        return Sidecar(entry, b"", None, str(error))
