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
from photo_assets.catalogs.google_takeout.exports import Export, Folder, PhotoKey, product_of
from photo_assets.catalogs.google_takeout.relations import Relation
from photo_assets.model.events import Discarded, ScanEvent
from photo_assets.model.media import is_media

_SameFile = tuple[str, int, int | None]


@dataclass(slots=True)
class Photo:
    """One media file. `path` is its own, or with a suffix where a path has several files."""

    entry: Entry
    path: str
    export: str
    sidecar: Entry | None = None
    key: PhotoKey | None = None
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
    products = export.products()
    photos: list[Photo] = []
    events: list[ScanEvent] = [_other(*other, products) for other in export.other_documents]
    unused: list[tuple[Entry, PhotoKey]] = []
    for path in sorted(export.folders):
        folder = export.folders[path]
        used = {match.sidecar.name for match in folder.matches.values()}
        for name in sorted(folder.files):
            reason = _why_not(path, name, folder, products)
            for number, entry in enumerate(folder.files[name]):
                if reason is None:
                    photos.append(_photo(entry, number, export, path))
                else:
                    events.append(Discarded(entry.shown, reason))
        for name in sorted(folder.photos):
            entry, key = folder.photos[name]
            if name in used:
                events.append(Discarded(entry.shown, "sidecar"))
            else:
                unused.append((entry, key))
    _lend_sidecars(photos)
    events += _refer(photos, unused, export)
    _mark_duplicates(photos, export)
    return photos, events


def _why_not(path: str, name: str, folder: Folder, products: frozenset[str] | None) -> str | None:
    """Return why a file is no photo of the export, None when it is one."""
    if name in folder.matches:
        return None
    if products is not None and product_of(path) not in products:
        return "not Google Photos"
    return None if is_media(name) else "not a photo"


def _other(entry: Entry, kind: DocumentKind, products: frozenset[str] | None) -> Discarded:
    """Account for a JSON that is no photo's."""
    if products is not None and product_of(entry.folder) not in products:
        return Discarded(entry.shown, "not Google Photos")
    if kind is DocumentKind.ALBUM:
        return Discarded(entry.shown, "album description")
    detail = "A JSON that describes neither a photo nor an album."
    return Discarded(entry.shown, "not a photo's json", detail)


def _photo(entry: Entry, number: int, export: Export, path: str) -> Photo:
    folder = export.folders[path]
    photo = Photo(entry, entry.inner, export.stamp)
    if number:
        photo.path = f"{entry.inner}?{entry.part}"
    match = folder.matches.get(entry.name)
    if match is not None:
        photo.sidecar, photo.key = folder.photos[match.sidecar.name]
        photo.rule = match.rule
    photo.relation = folder.relations.get(entry.name)
    if folder.album is not None:
        photo.albums.append(folder.album)
    return photo


def _same_file(photo: Photo) -> _SameFile:
    return photo.entry.name, photo.entry.size, photo.entry.crc


def _lend_sidecars(photos: list[Photo]) -> None:
    """Give a copy without JSON that of the same file in another folder."""
    described: dict[_SameFile, Photo] = {}
    for photo in photos:
        if photo.sidecar is not None:
            described.setdefault(_same_file(photo), photo)
    for photo in photos:
        twin = described.get(_same_file(photo)) if photo.sidecar is None else None
        if twin is not None:
            photo.sidecar, photo.key = twin.sidecar, twin.key
            photo.rule = "same_file_elsewhere"


def _refer(
    photos: list[Photo], unused: list[tuple[Entry, PhotoKey]], export: Export
) -> Iterator[ScanEvent]:
    """Put photos into albums that hold only their JSON; account for every JSON without file."""
    by_key: dict[PhotoKey, list[Photo]] = defaultdict(list)
    for photo in photos:
        if photo.key is not None and photo.key[1] is not None:
            by_key[photo.key].append(photo)
    for entry, key in unused:
        album = export.folders[entry.folder].album
        members = by_key.get(key, [])
        if album is None or not members:
            detail = f"title {key[0]}" if key[0] else None
            yield Discarded(entry.shown, "json without file", detail)
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
