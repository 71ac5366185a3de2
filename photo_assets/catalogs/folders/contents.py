"""Reading one member's files: headers, embedded packet, sidecars. Nothing is opened for writing."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from photo_assets.catalogs.folders.entry import FileEntry
from photo_assets.catalogs.folders.group import Member
from photo_assets.media.read import ExifError, read_media
from photo_assets.media.record import MediaRecord
from photo_assets.media.xmp.packet import MAX_PACKET_BYTES, XmpError
from photo_assets.media.xmp.parse import parse_xmp
from photo_assets.media.xmp.record import XmpRecord

# Not following links, and not waiting for a writer should the file have become a pipe.
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_BUFFER = 32 * 1024


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
    """What a member's files say."""

    embedded: MediaRecord = field(default_factory=MediaRecord)
    sidecars: list[Sidecar] = field(default_factory=list)


def read_member(handle: int, member: Member) -> Contents:
    """Return what the member's files in the directory `handle` say.

    A header or packet that cannot be parsed is a problem noted, not an error: the photo itself
    still counts. Raises `ChangedError` or `OSError` when the media file cannot be read as listed.
    """
    contents = Contents()
    with _opened(handle, member.file) as stream:
        try:
            contents.embedded = read_media(stream, member.file.text)
        except ExifError as error:
            contents.embedded = MediaRecord(problems=(str(error),))
    contents.sidecars = [_sidecar(handle, entry) for entry in member.sidecars]
    return contents


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
