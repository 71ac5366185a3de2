"""Every media file of an export with all that the export says of it, still without its content.

Joins what matching found in one folder with what only the whole export tells: albums that merely
refer to a photo, copies of a photo in an album, and the JSON of a copy.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from photo_assets.catalogs.google_takeout.albums import AlbumFolder
from photo_assets.catalogs.google_takeout.documents import DocumentKind
from photo_assets.catalogs.google_takeout.entries import Entry
from photo_assets.catalogs.google_takeout.exports import Export, Folder, PhotoJson, PhotoKey
from photo_assets.catalogs.google_takeout.matching import Match
from photo_assets.catalogs.google_takeout.relations import Relation
from photo_assets.model.events import Discarded, ScanEvent
from photo_assets.model.media import is_media

_SameFile = tuple[str, int, int | None]


@dataclass(slots=True)
class Photo:
    """One media file. `path` is its own, or with a suffix where a path has several files.

    `export` is the label of its export and `stamp` when that was made. `json` is what is stated of
    it now, and `older` what was stated before, oldest first; without one `flags` are what its
    folder's JSONs all say that hides a photo.
    """

    entry: Entry
    path: str
    export: str
    stamp: str
    json: PhotoJson | None = None
    older: tuple[PhotoJson, ...] = ()
    flags: frozenset[str] = frozenset()
    rule: str | None = None
    relation: Relation | None = None
    albums: list[AlbumFolder] = field(default_factory=list)
    duplicate_of: str | None = None
    native_id: str = ""

    @property
    def original(self) -> str | None:
        """The path of the file it is an edit or a part of."""
        if self.relation is None:
            return None
        return f"{self.entry.folder}/{self.relation.original}".removeprefix("/")


def photos_of(export: Export) -> tuple[list[Photo], list[ScanEvent]]:
    """Return the photos of a matched export, and events for everything else in it."""
    photos: list[Photo] = []
    events: list[ScanEvent] = [_other(*other) for other in export.other_documents]
    unused: list[PhotoJson] = []
    for path in sorted(export.folders):
        folder = export.folders[path]
        for name in sorted(folder.files):
            is_photo = is_media(name) or name in folder.matches
            for number, entry in enumerate(folder.files[name]):
                if is_photo:
                    photos.append(_photo(entry, number, export, folder))
                else:
                    events.append(Discarded(entry.shown, "not a photo"))
        accounted, without_file = _account(folder)
        events += accounted
        unused += without_file
    _lend_jsons(photos)
    _lend_flags(photos, export)
    events += _refer(photos, unused, export)
    _mark_duplicates(photos, export)
    return photos, events


def _other(entry: Entry, kind: DocumentKind) -> Discarded:
    """Account for a JSON that is not a photo's."""
    if kind is DocumentKind.ALBUM:
        return Discarded(entry.shown, "album description")
    detail = "A JSON that describes neither a photo nor an album."
    return Discarded(entry.shown, "not a photo's json", detail)


def _account(folder: Folder) -> tuple[list[ScanEvent], list[PhotoJson]]:
    """Return events for the JSONs of a folder's files, and the JSONs that belong to none."""
    events: list[ScanEvent] = []
    newest = {match.sidecar.name: match for match in folder.matches.values()}
    replaced = {older.name for match in newest.values() for older in match.older}
    unused = []
    for name in sorted(folder.photos.keys() - replaced):
        json, match = folder.photos[name], newest.get(name)
        if match is None:
            unused.append(json)
        else:
            events.append(Discarded(json.entry.shown, "sidecar"))
        detail = f"A newer JSON of the same photo is used: {name}."
        older = json.older if match is None else _older(folder, match)
        events += (Discarded(one.entry.shown, "superseded", detail) for one in older)
    return events, unused


def _older(folder: Folder, match: Match) -> tuple[PhotoJson, ...]:
    """Return the JSONs that the one of a match replaces, oldest first."""
    if not match.older:
        return folder.photos[match.sidecar.name].older
    others = (folder.photos[sidecar.name] for sidecar in match.older)
    earlier = [json for other in others for json in (*other.older, other)]
    return (*earlier, *folder.photos[match.sidecar.name].older)


def _photo(entry: Entry, number: int, export: Export, folder: Folder) -> Photo:
    photo = Photo(entry, entry.inner, export.label, export.stamp)
    if number:
        photo.path = f"{entry.inner}?{entry.part}"
    match = folder.matches.get(entry.name)
    if match is not None:
        photo.json, photo.rule = folder.photos[match.sidecar.name], match.rule
        photo.older = _older(folder, match)
    photo.relation = folder.relations.get(entry.name)
    if folder.album is not None:
        photo.albums.append(folder.album)
    return photo


def _same_file(photo: Photo) -> _SameFile:
    return photo.entry.name, photo.entry.size, photo.entry.crc


def _lend_jsons(photos: list[Photo]) -> None:
    """Give a copy without JSON that of the same file in another folder."""
    described: dict[_SameFile, Photo] = {}
    for photo in photos:
        if photo.json is not None:
            described.setdefault(_same_file(photo), photo)
    for photo in photos:
        twin = described.get(_same_file(photo)) if photo.json is None else None
        if twin is not None:
            photo.json, photo.older = twin.json, twin.older
            photo.rule = "same_file_elsewhere"


def _lend_flags(photos: list[Photo], export: Export) -> None:
    """Hide a photo of the trash or the locked folder whose JSON is missing, as that of the rest."""
    by_folder = {path: folder.flags for path, folder in export.folders.items()}
    for photo in photos:
        if photo.json is None:
            photo.flags = by_folder[photo.entry.folder]


def _refer(photos: list[Photo], unused: list[PhotoJson], export: Export) -> Iterator[ScanEvent]:
    """Put photos into albums that hold only their JSON; account for every JSON without file."""
    by_key: dict[PhotoKey, list[Photo]] = defaultdict(list)
    for photo in photos:
        stated = () if photo.json is None else (*photo.older, photo.json)
        for key in {json.key for json in stated if json.key[1] is not None}:
            by_key[key].append(photo)
    for json in unused:
        entry, title = json.entry, json.key[0]
        album = export.folders[entry.folder].album
        members = by_key.get(json.key, [])
        if album is None or not members:
            yield Discarded(entry.shown, "json without file", f"title {title}" if title else None)
            continue
        for photo in members:
            if album not in photo.albums:
                photo.albums.append(album)
        yield Discarded(entry.shown, "album reference", members[0].path)


def _mark_duplicates(photos: list[Photo], export: Export) -> None:
    """Point each copy of a file at the first one, which is one outside of albums if there is."""
    groups: dict[_SameFile, list[Photo]] = defaultdict(list)
    for photo in photos:
        if photo.entry.crc is not None:
            groups[_same_file(photo)].append(photo)
    for group in groups.values():
        first = min(
            group,
            key=lambda photo: (export.folders[photo.entry.folder].album is not None, photo.path),
        )
        for photo in group:
            if photo is not first:
                photo.duplicate_of = first.path
