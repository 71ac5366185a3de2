"""The wanted members of one archive, each with its stream or its error."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from photo_assets.media.archives.bounded import BoundedStream
from photo_assets.media.archives.limits import ArchiveError
from photo_assets.media.archives.names import is_archive, is_gzipped, is_zip
from photo_assets.media.archives.tar_archive import walk_tar
from photo_assets.media.archives.zip_archive import ZipArchive
from photo_assets.media.content.ref import ContentError, ContentRef
from photo_assets.media.content.regular_file import open_regular

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_Contents = Iterator[tuple[ContentRef, BinaryIO | ContentError]]


def archive_contents(path: str, wanted: dict[str, ContentRef]) -> _Contents:
    """Yield each of `wanted` (by member name) once, in the archive's order, then the missing."""
    left = dict(wanted)
    reason, detail = "missing entry", "The archive has no such entry."
    try:
        with open_regular(path) as stream:
            if not is_archive(path):
                raise ArchiveError("not an archive", "The file is not an archive of a known kind.")
            if is_zip(path):
                yield from _zip_contents(stream, left)
            else:
                yield from _tar_contents(stream, left, gzipped=is_gzipped(path))
    except ArchiveError as error:
        reason, detail = error.reason, error.message
    except FileNotFoundError:
        reason, detail = "missing", "The archive is not there."
    except OSError as error:
        reason, detail = "unreadable", f"{error.strerror or error}."
    for ref in left.values():
        yield ref, ContentError(ref, reason, detail)


def _zip_contents(stream: BinaryIO, left: dict[str, ContentRef]) -> _Contents:
    archive = ZipArchive(stream)
    wanted = [entry for entry in archive.entries() if entry.member in left]
    for entry in sorted(wanted, key=lambda entry: entry.record.offset):
        if entry.problem == "repeated name" or entry.member not in left:
            continue
        ref = left.pop(entry.member)
        try:
            content = archive.open(entry)
        except ArchiveError as error:
            yield ref, ContentError(ref, error.reason, error.message)
        except OSError as error:
            yield ref, ContentError(ref, "unreadable", f"{error.strerror or error}.")
        else:
            yield ref, _member_stream(ref, content)


def _tar_contents(stream: BinaryIO, left: dict[str, ContentRef], *, gzipped: bool) -> _Contents:
    for entry, content in walk_tar(stream, gzipped=gzipped):
        if entry.member not in left or entry.is_directory:
            continue
        ref = left.pop(entry.member)
        if entry.problem is None:
            yield ref, _member_stream(ref, content)
        else:
            yield ref, ContentError(ref, entry.problem, f"The entry is rejected: {entry.problem}.")
        if not left:
            return


def _member_stream(ref: ContentRef, content: BoundedStream) -> BinaryIO:
    return io.BufferedReader(_MemberStream(ref, content))


class _MemberStream(io.RawIOBase):
    """An entry's stream whose errors name the ref."""

    def __init__(self, ref: ContentRef, content: BoundedStream) -> None:
        super().__init__()
        self._ref = ref
        self._content = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        try:
            return self._content.readinto(buffer)
        except ArchiveError as error:
            raise ContentError(self._ref, error.reason, error.message) from error
        except OSError as error:
            detail = f"{error.strerror or error}."
            raise ContentError(self._ref, "unreadable", detail) from error
