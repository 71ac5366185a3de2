"""Verifying by content that files beside exports are an export too: other archives and folders.

People download exports into folders with other files. Files without a name of Takeout count as an
export only if they contain a folder with a name of Google Photos, or a photo's JSON beside that
photo.
"""

import io
import struct
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import IO, BinaryIO

from photo_assets.catalogs.google_takeout.archive_entries import inner_path, opened
from photo_assets.catalogs.google_takeout.documents import (
    MAX_JSON_BYTES,
    DocumentError,
    DocumentKind,
    parse_document,
)
from photo_assets.catalogs.google_takeout.naming import base_of_json, is_json, json_stem
from photo_assets.catalogs.google_takeout.part_names import TAKEOUT
from photo_assets.catalogs.google_takeout.parts import ArchivePart, Source, TreeFile
from photo_assets.catalogs.google_takeout.products import (
    NOT_PHOTOS,
    is_named_google_photos,
    product_of,
)
from photo_assets.media.archives.limits import ArchiveError
from photo_assets.media.archives.names import is_gzipped, is_zip
from photo_assets.media.archives.tar_archive import walk_tar
from photo_assets.media.archives.zip_archive import ZipArchive
from photo_assets.media.content.regular_file import open_regular
from photo_assets.model.events import Discarded
from photo_assets.model.media import is_media

_MOST_JSONS = 20  # read per archive or folder
_MOST_ENTRIES = 2_000  # of a tar, which must be read from its beginning
_MOST_BYTES = 256 << 20
_LOCAL = struct.Struct("<4s22xHH")  # signature, lengths of name and extra field; APPNOTE.TXT 4.3.7

_Listed = Mapping[str, Callable[[], IO[bytes]]]
"""Content by name -> function that opens it."""


def without_unrelated(source: Source) -> tuple[Source, list[Discarded]]:
    """Return the source without files that are not an export, and an event for each of them.

    Folders and single files are verified only where an export exists beside them.
    """
    left_out: list[Discarded] = []
    archives: list[ArchivePart] = []
    for part in source.archives:
        why = None if part.is_named else _why_unrelated(part)
        if why is None:
            archives.append(part)
        else:
            left_out.append(Discarded(part.name, NOT_PHOTOS, why))
    if not archives and not source.is_crowded:
        return Source(archives, source.files), left_out
    groups: dict[str, list[TreeFile]] = defaultdict(list)
    for file in source.files:
        is_placed = file.is_named or file.is_folder
        groups["Takeout/" if is_placed else product_of(file.inner)].append(file)
    files = groups.pop("Takeout/", [])
    for members in groups.values():
        if _is_export({file.inner: partial(open_regular, file.path) for file in members}):
            files += members
        else:
            left_out += (Discarded(file.name, NOT_PHOTOS) for file in members)
    files.sort(key=lambda file: (file.export, file.name))
    return Source(archives, files), left_out


def _why_unrelated(part: ArchivePart) -> str | None:
    """Return why an archive is not part of an export; None if it is, or cannot be opened.

    A damaged one is judged by its readable entries.
    """
    listed: dict[str, Callable[[], IO[bytes]]] = {}
    problem = "It contains nothing of an export of Google Photos."
    try:
        with open_regular(part.path) as stream:
            try:
                listed.update(_zipped(stream) if is_zip(part.name) else _tarred(stream, part))
            except ArchiveError as error:
                problem = error.message
            return None if _is_export(listed) else problem
    except OSError:
        return None


def _zipped(stream: BinaryIO) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    """Yield the entries; if the directory is missing, the first entry's name before the error."""
    archive = ZipArchive(stream)
    try:
        entries = archive.entries()
    except ArchiveError:
        stream.seek(0)
        signature, length, _ = _LOCAL.unpack(stream.read(_LOCAL.size).ljust(_LOCAL.size))
        if signature == b"PK\x03\x04":
            yield stream.read(length).decode("utf-8", "replace"), io.BytesIO
        raise
    for entry in entries:
        yield entry.name, partial(opened, archive, entry)


def _tarred(stream: BinaryIO, part: ArchivePart) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    total = 0
    for entry, content in islice(walk_tar(stream, gzipped=is_gzipped(part.name)), _MOST_ENTRIES):
        is_small_json = is_json(entry.name) and entry.size <= MAX_JSON_BYTES
        held = io.BufferedReader(content).read() if is_small_json else b""
        yield entry.name, partial(io.BytesIO, held)
        total += entry.size
        if total > _MOST_BYTES:
            return


def _is_export(listed: _Listed) -> bool:
    if any(map(_is_named, listed)):
        return True
    beside_photos = (
        name
        for name in listed
        if is_json(name) and is_media(base := _base(name)) and base in listed
    )
    return any(_is_of_a_photo(name, listed[name]) for name in islice(beside_photos, _MOST_JSONS))


def _is_named(name: str) -> bool:
    """Return whether a path looks like one of an export: Takeout/Google Photos/Trip/a.jpg."""
    inner, before = inner_path(name)
    in_product = inner.startswith(f"{TAKEOUT}/") and inner.count("/") > 2
    return is_named_google_photos(inner) or (in_product and not before)


def _base(name: str) -> str:
    folder, slash, base = name.rpartition("/")
    return f"{folder}{slash}{base_of_json(json_stem(base)[0])}"


def _is_of_a_photo(name: str, content: Callable[[], IO[bytes]]) -> bool:
    try:
        with content() as stream:
            document = parse_document(stream.read(MAX_JSON_BYTES), name.rpartition("/")[2])
    except (ArchiveError, OSError, DocumentError):
        return False
    return document.kind is DocumentKind.PHOTO
