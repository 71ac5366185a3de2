"""One export as folders of media and JSONs, matched, with its albums. No content is read here.

All parts of an export are gathered before anything is matched (`gathering`): a photo and its JSON
may be in different parts. How several exports relate is in `generations`.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace

from photo_assets.catalogs.google_takeout.accounts import Whose
from photo_assets.catalogs.google_takeout.albums import AlbumFolder, album_of
from photo_assets.catalogs.google_takeout.documents import (
    Document,
    DocumentError,
    DocumentKind,
    flag_field,
    parse_document,
    text_field,
    time_field,
)
from photo_assets.catalogs.google_takeout.entries import Entry
from photo_assets.catalogs.google_takeout.matching import Match, match_folder
from photo_assets.catalogs.google_takeout.naming import is_json, is_supplement
from photo_assets.catalogs.google_takeout.relations import Relation, relate_folder
from photo_assets.catalogs.google_takeout.sidecars import Sidecar
from photo_assets.catalogs.google_takeout.spool import Spool
from photo_assets.catalogs.google_takeout.versions import Version
from photo_assets.model.events import Discarded, Failed, ScanEvent
from photo_assets.model.media import is_media

HIDING = ("inLockedFolder", "trashed", "archived")
PhotoKey = tuple[str | None, int | None, str | None]
"""Title, seconds taken and address of a photo, as its JSON states them."""


@dataclass(frozen=True, slots=True)
class PhotoJson:
    """A photo's JSON: where it is, what it is about, and what dates it.

    `stamp` is when its export was made, `flags` what it says that hides the photo; `older` are
    JSONs of its name in other parts, oldest first.
    """

    entry: Entry
    key: PhotoKey
    version: Version
    stamp: str
    flags: frozenset[str] = frozenset()
    older: tuple["PhotoJson", ...] = ()


@dataclass(slots=True)
class Folder:
    """One folder of an export. Files and JSONs are by name; a name may have several files."""

    files: dict[str, list[Entry]] = field(default_factory=dict)
    photos: dict[str, PhotoJson] = field(default_factory=dict)
    album: AlbumFolder | None = None
    matches: dict[str, Match] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)

    @property
    def flags(self) -> frozenset[str]:
        """What all JSONs of the folder say that hides their photos: it is the trash, say."""
        stated = [photo.flags for photo in self.photos.values()]
        return frozenset.intersection(*stated) if stated else frozenset()


@dataclass(slots=True)
class Export:
    """One export. `stamp` is when it was made, "" where its name does not say.

    `label` is the stamp, or what else tells it from the other exports of a source. `damaged` says
    that some of its JSONs or parts could not be read.
    """

    stamp: str
    label: str
    damaged: bool = False
    whose: Whose = field(default_factory=Whose)
    folders: dict[str, Folder] = field(default_factory=lambda: defaultdict(Folder))
    events: list[ScanEvent] = field(default_factory=list)
    other_documents: list[tuple[Entry, DocumentKind]] = field(default_factory=list)
    _json_seen: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))

    def add(self, entry: Entry, spool: Spool) -> None:
        """Take one entry of Google Photos in; what is not a photo and no JSON becomes an event."""
        if entry.failure is not None:
            self.damaged = True
            self.events.append(entry.failure)
        elif entry.json is not None or is_json(entry.name):
            self._add_json(entry, spool)
        else:
            self._add_file(entry)

    def match(self) -> None:
        """Pair files and JSONs, folder by folder."""
        for folder in self.folders.values():
            sidecars = [
                Sidecar(name, photo.key[0], photo.key[1], photo.version)
                for name, photo in folder.photos.items()
            ]
            folder.matches = match_folder(sidecars, folder.files)
            pictures = [name for name in folder.files if is_media(name) or name in folder.matches]
            folder.relations = relate_folder(pictures, folder.matches)

    def _add_file(self, entry: Entry) -> None:
        same_name = self.folders[entry.folder].files.setdefault(entry.name, [])
        if any(same_content(entry, other) for other in same_name):
            detail = "The same file is in another part of the export."
            self.events.append(Discarded(entry.shown, "repeated entry", detail))
            return
        same_name.append(entry)

    def _add_json(self, entry: Entry, spool: Spool) -> None:
        content = spool.get(entry.json) if entry.json is not None else b""
        digest = hashlib.sha256(content).digest()
        if digest in self._json_seen[entry.inner]:
            detail = "The same JSON is in another part of the export."
            self.events.append(Discarded(entry.shown, "repeated entry", detail))
            return
        self._json_seen[entry.inner].add(digest)
        try:
            document = parse_document(content, entry.name)
        except DocumentError as error:
            self.damaged = True
            self.events.append(Failed(entry.shown, "broken json", str(error)))
            return
        self._add_document(entry, document)

    def _add_document(self, entry: Entry, document: Document) -> None:
        folder = self.folders[entry.folder]
        if document.kind is DocumentKind.PHOTO:
            self._add_photo(folder, photo_json(entry, document, self.stamp))
            return
        self.other_documents.append((entry, document.kind))
        if document.kind is DocumentKind.ALBUM and folder.album is None:
            folder.album = album_of(entry, document)

    def _add_photo(self, folder: Folder, photo: PhotoJson) -> None:
        """Keep the newest of the JSONs of one name; those of the same item stay with it."""
        name, known = photo.entry.name, folder.photos.get(photo.entry.name)
        if known is None:
            folder.photos[name] = photo
            if photo.version.photo_id is not None:
                self.whose.photo_ids[photo_name(photo)] = photo.version.photo_id
            return
        newest, other = known, photo
        if photo.version.is_later_than(known.version):
            newest, other = photo, known
        if newest.version.may_be_of(other.version):
            older = (*known.older, replace(other, older=()))
            folder.photos[name] = replace(newest, older=older)
            return
        folder.photos[name] = newest
        detail = "A newer JSON of this name, of another photo, is in another part."
        self.events.append(Discarded(other.entry.shown, "repeated entry", detail))


def photo_json(entry: Entry, document: Document, stamp: str) -> PhotoJson:
    """Return the record of a photo's JSON in the export of that time."""
    fields = document.fields
    taken = time_field(fields, "photoTakenTime")
    key = text_field(fields, "title"), taken, text_field(fields, "url")
    version = Version.of(fields, is_new_form=is_supplement(entry.name))
    flags = frozenset(name for name in HIDING if flag_field(fields, name))
    return PhotoJson(entry, key, version, stamp, flags)


def photo_name(photo: PhotoJson) -> str:
    """Return what a photo is called in every export: its folder and its title."""
    return f"{photo.entry.folder}/{photo.key[0]}"


def same_content(one: Entry, other: Entry) -> bool:
    """Say whether two entries of one path are one file: size, and CRC where both have one."""
    if one.size != other.size:
        return False
    return one.crc is None or other.crc is None or one.crc == other.crc
