"""Finding other directories with metadata of a directory's pictures.

Picasa keeps the originals of changed pictures in a subfolder; a copy of iCloud Photos has the
albums of all its parts in folders beside the folders of pictures. Directories are recognized by
name only.
"""

import re
from collections.abc import Iterator, Sequence

from photo_assets.catalogs.folders.folder import Export, Folder, RelatedFolder
from photo_assets.catalogs.folders.listing import Listing, Rules, list_directory
from photo_assets.catalogs.folders.naming import ALBUM_FOLDERS, Notes, folded
from photo_assets.media.picasa import ORIGINALS_FOLDER
from photo_assets.model.names import to_text

_OLD_ORIGINALS = "originals"
_NUMBER = re.compile(r"\d+")


class RelatedFolders:
    """Finds related directories during one walk. The last export is cached for its next parts."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._export: Export | None = None

    def add(self, folders: Sequence[Folder]) -> None:
        """Add the directories related to the last of `folders`; the others are its parents."""
        folder = folders[-1]
        notes = folder.listing.notes
        folder.originals = tuple(self._originals(folder, Notes.PICASA in notes))
        if Notes.ICLOUD_PHOTOS in notes and len(folders) > 1:
            folder.export = self._export_of(folders[:-1])

    def _originals(self, folder: Folder, has_notes: bool) -> Iterator[RelatedFolder]:
        wanted = (ORIGINALS_FOLDER, _OLD_ORIGINALS) if has_notes else (ORIGINALS_FOLDER,)
        for name in folder.listing.folders:
            if name.lower() in wanted:
                yield self._related_folder(folder, (name,))

    def _export_of(self, above: Sequence[Folder]) -> Export:
        """Return the export that the last of `above` is a part of.

        Parts are sibling folders whose names differ only in numbers, as in "iCloud Photos
        Part 1 of 6". A part that is the root has no siblings.
        """
        part, outer = above[-1], above[-2] if len(above) > 1 else None
        key = "" if outer is None else outer.id_of(_without_numbers(part.name))
        if self._export is None or self._export.key != key:
            if outer is None:
                folders = self._albums(part, (), part.listing)
            else:
                folders = [
                    n for way in _parts(part, outer) for n in self._albums_of_part(outer, way)
                ]
            self._export = Export(key, tuple(folders))
        return self._export

    def _albums_of_part(self, outer: Folder, name: str) -> list[RelatedFolder]:
        part = self._related_folder(outer, (name,))
        return [part] if part.listing is None else self._albums(outer, (name,), part.listing)

    def _albums(self, anchor: Folder, way: tuple[str, ...], part: Listing) -> list[RelatedFolder]:
        names = [name for name in part.folders if name.lower() in ALBUM_FOLDERS]
        return [self._related_folder(anchor, (*way, name)) for name in names]

    def _related_folder(self, folder: Folder, names: tuple[str, ...]) -> RelatedFolder:
        path = folder.id_of("/".join(map(to_text, names)))
        unlisted = RelatedFolder(path, folder.handle, names, None)
        try:
            with unlisted.opened() as handle:
                listing = list_directory(handle, self._rules, names[-1])
        except OSError:
            return unlisted
        return RelatedFolder(path, folder.handle, names, listing)


def _parts(part: Folder, outer: Folder) -> list[str]:
    pattern = _without_numbers(part.name)
    return [name for name in outer.listing.folders if _without_numbers(to_text(name)) == pattern]


def _without_numbers(name: str) -> str:
    return _NUMBER.sub("#", folded(name))
