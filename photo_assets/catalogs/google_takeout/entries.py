"""The entries of every part as small records: the first, and for archives only, look at each.

JSONs are read here, whole and bounded, because matching needs them. Media are not opened; except
in a tar, which cannot be opened again at one place: there the header and a CRC are taken in
passing. What entries mean for each other is in `exports`.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from photo_assets.catalogs.google_takeout.documents import MAX_JSON_BYTES
from photo_assets.catalogs.google_takeout.headers import put_header
from photo_assets.catalogs.google_takeout.naming import is_json
from photo_assets.catalogs.google_takeout.parts import ArchivePart, TreeFile
from photo_assets.catalogs.google_takeout.spool import Slot, Spool
from photo_assets.model.events import Failed
from photo_assets.model.media import is_media
from photo_assets.store.archives.bounded import BoundedStream
from photo_assets.store.archives.limits import ArchiveError
from photo_assets.store.archives.names import is_gzipped, is_zip
from photo_assets.store.archives.tar_archive import walk_tar
from photo_assets.store.archives.zip_archive import ZipArchive
from photo_assets.store.content import ContentRef
from photo_assets.store.content.regular_file import open_regular


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an export. `inner` is its path inside the export, `part` the part's name.

    `stamp` is what must be equal for its content to be unchanged. `json` and `header` are where the
    spool holds what was read.
    """

    inner: str
    part: str
    ref: ContentRef
    size: int
    crc: int | None
    stamp: str
    mtime_ns: int | None = None
    inode: int | None = None
    json: Slot | None = None
    header: Slot | None = None

    @property
    def folder(self) -> str:
        """The path of its folder inside the export."""
        return self.inner.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Its file name."""
        return self.inner.rpartition("/")[2]

    @property
    def shown(self) -> str:
        """How reports name it."""
        return self.inner if self.ref.member is None else f"{self.part}: {self.inner}"


def read_archive(part: ArchivePart, spool: Spool) -> Iterator[Entry | Failed]:
    """Yield the entries of one archive, and a `Failed` for each that cannot be used.

    What makes the rest of the archive unreadable is one `Failed` that names the archive and keeps
    every row: any of them may have come from it.
    """
    try:
        with open_regular(part.path) as stream:
            if is_zip(part.name):
                yield from _read_zip(part, ZipArchive(stream), spool)
            else:
                yield from _read_tar(part, stream, spool)
    except ArchiveError as error:
        yield Failed(part.name, error.reason, error.message, native_prefix="")
    except OSError as error:
        detail = f"The archive cannot be read: {error.strerror or error}."
        yield Failed(part.name, "unreadable archive", detail, native_prefix="")


def read_tree_file(file: TreeFile, spool: Spool) -> Entry | Failed:
    """Return the entry of one unpacked file."""
    if file.problem is not None:
        return Failed(file.name, file.problem, "Only regular files are read.", file.inner)
    slot = None
    if is_json(file.inner):
        if file.size > MAX_JSON_BYTES:
            return _too_large(file.name)
        try:
            with open_regular(file.path) as stream:
                slot = spool.put(stream.read(MAX_JSON_BYTES + 1))
        except OSError as error:
            return Failed(file.name, "unreadable file", f"{error.strerror or error}.")
    return Entry(
        inner=file.inner,
        part=file.name,
        ref=ContentRef(file.path),
        size=file.size,
        crc=None,
        stamp=f"{file.size}:{file.mtime_ns}:{file.inode}",
        mtime_ns=file.mtime_ns,
        inode=file.inode,
        json=slot,
    )


def _read_zip(part: ArchivePart, archive: ZipArchive, spool: Spool) -> Iterator[Entry | Failed]:
    for listed in archive.entries():
        shown = f"{part.name}: {listed.name}"
        if listed.problem is not None:
            yield _refused(shown, listed.problem, listed.name)
            continue
        if listed.is_directory:
            continue
        slot = None
        if is_json(listed.name):
            if listed.size > MAX_JSON_BYTES:
                yield _too_large(shown)
                continue
            try:
                slot = spool.put(_whole(archive.open(listed)))
            except ArchiveError as error:
                yield Failed(shown, error.reason, error.message)
                continue
        yield _entry(part, listed.name, listed.member, listed.size, listed.crc, json=slot)


def _read_tar(
    part: ArchivePart, stream: io.BufferedReader, spool: Spool
) -> Iterator[Entry | Failed]:
    for listed, content in walk_tar(stream, gzipped=is_gzipped(part.name)):
        shown = f"{part.name}: {listed.name}"
        if listed.problem is not None:
            yield _refused(shown, listed.problem, listed.name)
            continue
        if listed.is_directory:
            continue
        if is_json(listed.name) and listed.size > MAX_JSON_BYTES:
            yield _too_large(shown)
            continue
        json = header = None
        try:
            if is_json(listed.name):
                json = spool.put(_whole(content))
            elif is_media(listed.name):
                header = put_header(spool, content, listed.size, listed.name.rpartition("/")[2])
            content.drain()
        except ArchiveError as error:
            yield Failed(shown, error.reason, error.message, _inner(listed.name))
            raise
        crc = content.crc32
        yield _entry(part, listed.name, listed.member, listed.size, crc, json=json, header=header)


def _entry(
    part: ArchivePart,
    name: str,
    member: str,
    size: int,
    crc: int,
    *,
    json: Slot | None = None,
    header: Slot | None = None,
) -> Entry:
    return Entry(
        inner=_inner(name),
        part=part.name,
        ref=ContentRef(part.path, member),
        size=size,
        crc=crc,
        stamp=f"{part.name}:{part.size}:{part.mtime_ns}:{size}:{crc:08x}",
        json=json,
        header=header,
    )


def _inner(name: str) -> str:
    """Return the path from "Takeout" on; people pack unpacked exports again, one level deeper."""
    folders = name.split("/")
    if "Takeout" in folders[:-1]:
        return "/".join(folders[folders.index("Takeout") :])
    return name


def _whole(content: BoundedStream) -> bytes:
    return io.BufferedReader(content).read()


def _refused(shown: str, problem: str, name: str) -> Failed:
    native_id = None if problem in {"unsafe name", "repeated name"} else _inner(name)
    return Failed(shown, problem, f"The entry is refused: {problem}.", native_id)


def _too_large(shown: str) -> Failed:
    return Failed(shown, "json too large", f"A JSON of more than {MAX_JSON_BYTES:,} bytes.")
