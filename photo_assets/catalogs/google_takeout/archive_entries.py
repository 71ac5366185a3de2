"""Listing the entries of one archive as small records, without unpacking it.

Media files are not opened here, except in a tar, which has no random access: there the header and a
CRC are read while listing.
"""

import io
from collections.abc import Iterator
from functools import partial
from typing import IO, BinaryIO

from photo_assets.catalogs.google_takeout.accounts import is_index
from photo_assets.catalogs.google_takeout.entries import Entry, Text, read_text
from photo_assets.catalogs.google_takeout.headers import put_header
from photo_assets.catalogs.google_takeout.naming import is_json
from photo_assets.catalogs.google_takeout.part_names import TAKEOUT
from photo_assets.catalogs.google_takeout.parts import ArchivePart
from photo_assets.catalogs.google_takeout.products import Products
from photo_assets.catalogs.google_takeout.spool import Slot, Spool
from photo_assets.media.archives.bounded import BoundedStream
from photo_assets.media.archives.limits import ArchiveError
from photo_assets.media.archives.names import is_gzipped, is_zip
from photo_assets.media.archives.tar_archive import TarEntry, walk_tar
from photo_assets.media.archives.zip_archive import ZipArchive, ZipEntry
from photo_assets.media.content import ContentRef
from photo_assets.media.content.regular_file import open_regular
from photo_assets.model.events import Failed
from photo_assets.model.media import is_media

_UNSAFE = "unsafe name"


def read_archive(part: ArchivePart, spool: Spool, products: Products) -> Iterator[Entry | Failed]:
    """Yield the entries of one archive, and a `Failed` for each without a usable name.

    Every entry is added to `products`; those of a zip before any is read. An error that makes the
    rest of the archive unreadable is one `Failed` that names the archive and keeps every row,
    because any of them may have come from it.
    """
    try:
        with open_regular(part.path) as stream:
            if is_zip(part.name):
                yield from _read_zip(part, ZipArchive(stream), spool, products)
            else:
                yield from _read_tar(part, stream, spool, products)
    except ArchiveError as error:
        yield Failed(part.name, error.reason, error.message, native_prefix="")
    except OSError as error:
        detail = f"The archive cannot be read: {error.strerror or error}."
        yield Failed(part.name, "unreadable archive", detail, native_prefix="")


def inner_path(name: str) -> tuple[str, str]:
    """Return (path from "Takeout" on, the path before it): people repack unpacked exports."""
    folders = name.split("/")
    start = folders.index(TAKEOUT) if TAKEOUT in folders[:-1] else 0
    return "/".join(folders[start:]), "/".join(folders[:start])


def opened(archive: ZipArchive, entry: ZipEntry) -> IO[bytes]:
    """Open an entry. Raises `ArchiveError`, on opening or while it is read."""
    return io.BufferedReader(archive.open(entry))


def _read_zip(
    part: ArchivePart, archive: ZipArchive, spool: Spool, products: Products
) -> Iterator[Entry | Failed]:
    listed = [entry for entry in archive.entries() if not entry.is_directory]
    for entry in listed:
        products.see(inner_path(entry.name)[0])
    for entry in listed:
        shown, inner = f"{part.name}: {entry.name}", inner_path(entry.name)[0]
        text: Text = {}
        if entry.problem is not None:
            text["failure"] = _refused(shown, entry.problem, inner)
        elif is_index(inner) or not products.is_ruled_out(inner):
            text = read_text(shown, inner, entry.size, spool, partial(opened, archive, entry))
        yield _taken(part, entry, entry.crc, text)


def _read_tar(
    part: ArchivePart, stream: BinaryIO, spool: Spool, products: Products
) -> Iterator[Entry | Failed]:
    for entry, content in walk_tar(stream, gzipped=is_gzipped(part.name)):
        if entry.is_directory:
            continue
        shown, inner = f"{part.name}: {entry.name}", inner_path(entry.name)[0]
        products.see(inner)
        text: Text = {}
        header = None
        try:
            if entry.problem is not None:
                text["failure"] = _refused(shown, entry.problem, inner)
            else:
                text, header = _passing(shown, inner, content, spool, products)
                if "failure" not in text:
                    content.drain()
        except ArchiveError as error:
            text["failure"] = Failed(shown, error.reason, error.message, inner)
            yield _taken(part, entry, content.crc32, text)
            raise
        yield _taken(part, entry, content.crc32, text, header)


def _passing(
    shown: str, inner: str, content: BoundedStream, spool: Spool, products: Products
) -> tuple[Text, Slot | None]:
    """Read the needed content of a tar's entry while listing."""
    if products.is_ruled_out(inner) and not is_index(inner):
        return {}, None
    if is_media(inner) and not is_json(inner):
        return {}, put_header(spool, content, content.size, inner.rpartition("/")[2])
    return read_text(shown, inner, content.size, spool, lambda: io.BufferedReader(content)), None


def _taken(
    part: ArchivePart,
    listed: ZipEntry | TarEntry,
    crc: int,
    text: Text,
    header: Slot | None = None,
) -> Entry | Failed:
    inner, holder = inner_path(listed.name)
    if listed.problem == _UNSAFE and not _is_placed(listed.name):
        return text["failure"]
    return Entry(
        inner=inner,
        part=part.name,
        ref=ContentRef(part.path, listed.member),
        size=listed.size,
        crc=crc,
        stamp=f"{part.name}:{part.state.stamp}:{listed.size}:{crc:08x}",
        holder=holder,
        header=header,
        **text,
    )


def _is_placed(name: str) -> bool:
    """Return whether a rejected name still identifies the product, such as one with a backslash."""
    folders = name.split("/")
    return folders[0] == TAKEOUT and not {"", ".", ".."} & set(folders)


def _refused(shown: str, problem: str, inner: str) -> Failed:
    native_id = None if problem in {_UNSAFE, "repeated name"} else inner
    return Failed(shown, problem, f"The entry is rejected: {problem}.", native_id)
