"""Reading one member's files: headers, embedded packet, sidecars. Nothing is opened for writing."""

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

# Not following links, and not waiting for a writer should the file have become a pipe.
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_BUFFER = 32 * 1024
_HEAD_BYTES = 4096
_CHUNK_BYTES = 1024 * 1024


class ChangedError(Exception):
    """The file is no longer the one that was listed."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """One sidecar as read: its name, its bytes, and the record or why there is none."""

    entry: FileEntry
    data: bytes
    record: XmpRecord | None
    problem: str | None = None


@dataclass(slots=True)
class Contents:
    """What a member's files say, and what is noted of it elsewhere."""

    embedded: MediaRecord = field(default_factory=MediaRecord)
    sidecars: list[Sidecar] = field(default_factory=list)
    note: Note | None = None
    checksum: str | None = None  # Apple's, of the media file; only where a note needs it


def read_member(handle: int, member: Member, note: Note | None) -> Contents:
    """Return what the member's files in the directory `handle` say; `note` comes from elsewhere.

    A header or packet that cannot be parsed is a problem noted, not an error: the photo itself
    still counts. Raises `ChangedError` or `OSError` when the media file cannot be read as listed.
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
    """Return the bytes of a file of notes, one more than `most_bytes` of a longer one.

    None where it does not begin as it should. Raises `ChangedError` or `OSError`.
    """
    with _opened(handle, entry) as stream:
        head = stream.read(_HEAD_BYTES)
        return head + stream.read(most_bytes + 1 - len(head)) if begins(head) else None


def read_peer(handle: int, entry: FileEntry) -> MediaRecord:
    """Return what another file of the directory says, nothing when it cannot be read now."""
    try:
        with _opened(handle, entry) as stream:
            return read_media(stream, entry.text)
    except (ExifError, ChangedError, OSError):
        return MediaRecord()


@contextmanager
def _opened(handle: int, entry: FileEntry) -> Iterator[BinaryIO]:
    """Open a file of a listing and hold it to what the listing said, before and after."""
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
