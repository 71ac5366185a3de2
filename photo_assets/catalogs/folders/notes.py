"""Reading the notes files of a directory: files with metadata of several of its pictures.

Picasa's `.picasa.ini` and the tables of a copy of iCloud Photos. Names select the candidates, and
the first bytes decide: other files of these names are discarded like any file that is not a
picture. The note about a picture is part of its change token, so that a change of one entry makes
only one picture be read again.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from photo_assets.catalogs.folders.albums import albums_of, tables_of
from photo_assets.catalogs.folders.contents import ChangedError, read_notes
from photo_assets.catalogs.folders.entry import FileEntry
from photo_assets.catalogs.folders.folder import Folder
from photo_assets.catalogs.folders.group import Group, Names
from photo_assets.catalogs.folders.listing import STILL_WRITTEN
from photo_assets.catalogs.folders.naming import Notes, notes_kind
from photo_assets.catalogs.folders.note import Note, PicasaNote
from photo_assets.media import icloud_export, picasa
from photo_assets.model.events import Discarded, Failed, ScanEvent
from photo_assets.model.item import Album
from photo_assets.model.media import is_media
from photo_assets.model.names import to_text
from photo_assets.model.vocabulary import AlbumKind

_NOTES, _UNREADABLE = "folder notes", "folder notes not readable"


@dataclass(slots=True)
class FolderNotes:
    """The notes about the pictures of one directory."""

    names: Names
    by_file: defaultdict[str, Note] = field(default_factory=lambda: defaultdict(Note))
    events: list[ScanEvent] = field(default_factory=list)  # one per notes file in it
    is_unread: bool = False  # a notes file that may concern any picture could not be read
    is_damaged: bool = False  # a damaged line may concern any picture that no other line names
    is_export: bool = False  # a folder of pictures of a copy of iCloud Photos

    def get(self, file: FileEntry) -> Note | None:
        """Return the note about a file."""
        return self.by_file.get(file.name)

    def may_lack(self, note: Note | None) -> bool:
        """Return whether `note` may be incomplete because a notes file could not be read."""
        return self.is_unread or (self.is_damaged and not (note and note.files))

    def called(self, name: str) -> list[Note]:
        """Return the note to fill for the pictures of that name."""
        return [self.by_file[member.file.name] for member in self.names.find(name)]


def folder_notes(folder: Folder, files: Group) -> FolderNotes:
    """Return the notes about the pictures of a directory, and an event for each notes file."""
    members = [member for member in files.members if member.version is None]
    found = FolderNotes(Names(members))
    for entry in files.notes:
        found.events.append(_read(folder, entry, found))
    for originals in folder.originals:
        if originals.listing is None:
            found.is_unread = folder.is_partly_read = True
            continue
        for name, *_ in originals.listing.files:
            if is_media(name):
                for note in found.called(to_text(name)):
                    note.originals.append(f"{originals.path}/{to_text(name)}")
    if found.is_export and folder.export is not None:
        if not tables_of(folder.export).is_whole:
            found.is_unread = folder.is_partly_read = True
        for member in members:
            if albums := albums_of(folder.export, member.file.text):
                found.by_file[member.file.name].albums += albums
    return found


def _read(folder: Folder, entry: FileEntry, found: FolderNotes) -> ScanEvent:
    """Read one notes file into `found`; return the event that accounts for it."""
    ref = folder.id_of(entry.text)
    kind = notes_kind(entry.name, folder.name) or Notes.ICLOUD_ALBUM
    is_about_these = kind is not Notes.ICLOUD_ALBUM
    begins, take, most_bytes = _KINDS[kind]
    try:
        if not entry.settled:
            raise ChangedError(entry.text)
        data = read_notes(folder.handle, entry, begins, most_bytes)
    except ChangedError:
        found.is_unread |= is_about_these
        return Discarded(ref, STILL_WRITTEN)
    except OSError as error:
        found.is_unread |= is_about_these
        return Failed(ref, _UNREADABLE, f"It cannot be read: {error.strerror}.")
    problems = None if data is None else take(data, entry, found)
    if problems is None:
        is_certain = entry.size == 0 or entry.name.startswith(
            "."
        )  # a name that no other program uses
        if not (is_about_these and is_certain):
            return Discarded(ref, "not a picture")
        found.is_unread = True
        return Failed(ref, _UNREADABLE, "It is empty, or its content does not match its name.")
    if problems:
        found.is_damaged |= is_about_these
        return Failed(ref, _UNREADABLE, _joined(problems))
    return Discarded(ref, _NOTES)


def _joined(problems: Sequence[str]) -> str:
    more = len(problems) - 1
    return f"{problems[0]} ({more} more)" if more else problems[0]


def _picasa(data: bytes, entry: FileEntry, found: FolderNotes) -> Sequence[str] | None:
    if not picasa.is_picasa(data):
        return None
    stated = picasa.parse_picasa(data)
    albums = {
        token: Album(id=f"picasa:{token}", path=(album.name,), kind=AlbumKind.ALBUM)
        for token, album in stated.albums.items()
        if album.name
    }
    for name, one in stated.entries.items():
        if one == picasa.PicasaEntry():
            continue
        contacts = {
            face.contact: stated.contacts[face.contact]
            for face in one.faces
            if face.contact in stated.contacts
        }
        for note in found.called(name):
            note.files.append(entry.text)
            note.picasa.append(PicasaNote(one, contacts))
            note.albums += [albums[token] for token in one.albums if token in albums]
    return stated.problems


def _icloud_photos(data: bytes, entry: FileEntry, found: FolderNotes) -> Sequence[str]:
    found.is_export = True
    stated = icloud_export.parse_details(data)
    for photo in stated.photos:
        row = dataclasses.replace(photo, view_count=None)  # views must not change the token
        for note in found.called(row.name):
            if row not in note.icloud:
                note.icloud.append(row)
            if entry.text not in note.files:
                note.files.append(entry.text)
    return stated.problems


def _icloud_album(data: bytes, _entry: FileEntry, _found: FolderNotes) -> Sequence[str]:
    return icloud_export.parse_names(data)[1]


_Take = Callable[[bytes, FileEntry, FolderNotes], Sequence[str] | None]
_KINDS: dict[Notes, tuple[Callable[[bytes], bool], _Take, int]] = {
    Notes.PICASA: (lambda _head: True, _picasa, picasa.MAX_BYTES),
    Notes.ICLOUD_PHOTOS: (icloud_export.is_details, _icloud_photos, icloud_export.MAX_BYTES),
    Notes.ICLOUD_ALBUM: (icloud_export.is_names, _icloud_album, icloud_export.MAX_BYTES),
}
"""Per kind of notes file: the check of its first bytes; the parser, which returns problems or that
it is not such a file; the number of bytes to read.
"""
