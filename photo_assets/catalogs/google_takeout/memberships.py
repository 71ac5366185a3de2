"""The albums of a photo, from several exports of one account.

An export need not contain every album. So a membership in an earlier export is valid until a later
export contains that album without the photo.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from photo_assets.catalogs.google_takeout.albums import AlbumFolder
from photo_assets.catalogs.google_takeout.exports import Export
from photo_assets.catalogs.google_takeout.history import RecalledValues
from photo_assets.catalogs.google_takeout.photos import Photo


@dataclass(slots=True)
class ExportAlbums:
    """The albums of one export by folder and by title, and the marks that identify their photos."""

    stamp: str
    is_whole: bool
    _members: dict[str, set[object]] = field(default_factory=dict)

    @classmethod
    def of(cls, export: Export, photos: Iterable[Photo]) -> "ExportAlbums":
        """Return the albums of a matched export, including albums without photos."""
        albums = cls(export.stamp, not export.damaged)
        for folder in export.folders.values():
            if folder.album is not None:
                albums._add(folder.album, set())
        for photo in photos:
            for album in photo.albums:
                albums._add(album, _marks(photo))
        return albums

    def ends(self, album: AlbumFolder, marks: set[object]) -> bool:
        """Return whether this export contains the album without a photo of these marks."""
        known = [self._members[name] for name in _names(album) if name in self._members]
        return self.is_whole and bool(known) and all(marks.isdisjoint(held) for held in known)

    def _add(self, album: AlbumFolder, marks: set[object]) -> None:
        for name in _names(album):
            self._members.setdefault(name, set()).update(marks)


def albums_of(
    group: Sequence[Photo], exports: dict[str, ExportAlbums], last: RecalledValues | None
) -> list[AlbumFolder]:
    """Return the albums of one photo.

    `group` is the photo in each export that contains it, oldest first. `exports` are the albums of
    the account's exports, by label, oldest first; `last` is the photo's last row: a later export
    may have ended its memberships.
    """
    if last is None and not any(photo.albums for photo in group):
        return []
    marks = {mark for photo in group for mark in _marks(photo)}
    kept: dict[str, AlbumFolder] = {}
    if last is not None:
        later = [export for export in exports.values() if export.stamp >= last.stamp]
        kept = {a.folder: a for a in last.albums if not any(e.ends(a, marks) for e in later)}
    labels = list(exports)
    for photo in group:
        later = [exports[label] for label in labels[labels.index(photo.export) + 1 :]]
        standing = [a for a in photo.albums if not any(e.ends(a, marks) for e in later)]
        restated = {album.title for album in standing}
        kept = {folder: album for folder, album in kept.items() if album.title not in restated}
        kept |= {album.folder: album for album in standing}
    return list(kept.values())


def _marks(photo: Photo) -> set[object]:
    """Return the marks that identify a photo in another export."""
    entry = photo.entry
    marks: set[object] = {photo.path}
    if entry.crc is not None:
        marks.add((entry.name, entry.size, entry.crc))
    if photo.json is not None:
        marks |= {photo.json.version.photo_id, photo.json.key} - {None}
    return marks


def _names(album: AlbumFolder) -> tuple[str, str]:
    return f"folder {album.folder}", f"title {album.title}"
