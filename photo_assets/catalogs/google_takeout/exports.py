"""One export as folders of media and JSONs, matched, with its albums. No content is read here.

All parts of an export are gathered before anything is matched: a photo and its JSON may be in
different parts. How several exports relate is in `generations`.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field

from photo_assets.catalogs.google_takeout.albums import AlbumFolder, album_of
from photo_assets.catalogs.google_takeout.documents import (
    Document,
    DocumentError,
    DocumentKind,
    parse_document,
    text_field,
    time_field,
)
from photo_assets.catalogs.google_takeout.entries import Entry
from photo_assets.catalogs.google_takeout.matching import Match, match_folder
from photo_assets.catalogs.google_takeout.naming import is_json
from photo_assets.catalogs.google_takeout.relations import Relation, relate_folder
from photo_assets.catalogs.google_takeout.sidecars import Sidecar
from photo_assets.catalogs.google_takeout.spool import Spool
from photo_assets.model.events import Discarded, Failed, ScanEvent
from photo_assets.model.media import is_media

_TAKEOUT = "Takeout"

PhotoKey = tuple[str | None, int | None, str | None]
"""Title, seconds taken and address of a photo, as its JSON states them."""


@dataclass(slots=True)
class Folder:
    """One folder of an export. Files and JSONs are by name; a name may have several files."""

    files: dict[str, list[Entry]] = field(default_factory=dict)
    photos: dict[str, tuple[Entry, PhotoKey]] = field(default_factory=dict)
    album: AlbumFolder | None = None
    matches: dict[str, Match] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)


@dataclass(slots=True)
class Export:
    """One export. `damaged` says that some of its JSONs or parts could not be read."""

    stamp: str
    folders: dict[str, Folder] = field(default_factory=lambda: defaultdict(Folder))
    events: list[ScanEvent] = field(default_factory=list)
    other_documents: list[tuple[Entry, DocumentKind]] = field(default_factory=list)
    damaged: bool = False
    _json_seen: dict[str, bytes] = field(default_factory=dict)

    def add(self, entry: Entry, spool: Spool) -> None:
        """Take one entry in; what is no photo and no photo's JSON becomes an event."""
        if entry.json is not None or is_json(entry.name):
            self._add_json(entry, spool)
        else:
            self._add_file(entry)

    def match(self) -> None:
        """Pair files and JSONs, folder by folder."""
        for folder in self.folders.values():
            sidecars = [Sidecar(name, key[0], key[1]) for name, (_, key) in folder.photos.items()]
            folder.matches = match_folder(sidecars, folder.files)
            pictures = [name for name in folder.files if is_media(name) or name in folder.matches]
            folder.relations = relate_folder(pictures, folder.matches)

    def products(self) -> frozenset[str] | None:
        """Return the folders of products that hold photos; None when that cannot be told.

        Takeout puts each product into a folder of its own, in the user's language. The one with
        photos' JSONs is Google Photos. An export in which JSONs or parts are missing proves
        nothing, nor does one that begins below those folders.
        """
        if self.damaged:
            return None
        found = {product_of(path) for path, folder in self.folders.items() if folder.photos}
        return None if not found or None in found else frozenset(p for p in found if p)

    def _add_file(self, entry: Entry) -> None:
        same_name = self.folders[entry.folder].files.setdefault(entry.name, [])
        if any(same_content(entry, other) for other in same_name):
            detail = "The same file is in another part of the export."
            self.events.append(Discarded(entry.shown, "repeated entry", detail))
            return
        same_name.append(entry)

    def _add_json(self, entry: Entry, spool: Spool) -> None:
        content = spool.get(entry.json) if entry.json is not None else b""
        if entry.inner in self._json_seen:
            detail = "The same JSON is in another part of the export."
            if self._json_seen[entry.inner] != _digest(content):
                detail = "Another JSON of this name is in an earlier part; that one is used."
            self.events.append(Discarded(entry.shown, "repeated entry", detail))
            return
        self._json_seen[entry.inner] = _digest(content)
        try:
            document = parse_document(content)
        except DocumentError as error:
            self.damaged = True
            self.events.append(Failed(entry.shown, "broken json", str(error)))
            return
        self._add_document(entry, document)

    def _add_document(self, entry: Entry, document: Document) -> None:
        folder = self.folders[entry.folder]
        if document.kind is DocumentKind.PHOTO:
            folder.photos[entry.name] = (entry, photo_key(document))
            return
        self.other_documents.append((entry, document.kind))
        if document.kind is DocumentKind.ALBUM and folder.album is None:
            folder.album = album_of(entry, document)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def photo_key(document: Document) -> PhotoKey:
    """Return what tells whether two JSONs of one export are about one photo."""
    fields = document.fields
    taken = time_field(fields, "photoTakenTime")
    return text_field(fields, "title"), taken, text_field(fields, "url")


def same_content(one: Entry, other: Entry) -> bool:
    """Say whether two entries of one path are one file: size, and CRC where both have one."""
    if one.size != other.size:
        return False
    return one.crc is None or other.crc is None or one.crc == other.crc


def product_of(path: str) -> str | None:
    """Return the product folder of a path inside an export: "Takeout/Google Fotos"."""
    folders = path.split("/")
    return "/".join(folders[:2]) if folders[0] == _TAKEOUT else None
