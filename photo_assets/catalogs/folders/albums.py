"""Reading the albums of a copy of iCloud Photos: tables of file names in `Albums` and `Memories`.

A table may name files of any part of the copy. Where two parts have a file of the same name, the
table does not distinguish them: both are put in the album, so that no picture is lost from it.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from photo_assets.catalogs.folders.contents import ChangedError, read_notes
from photo_assets.catalogs.folders.folder import AlbumTables, Export, RelatedFolder
from photo_assets.catalogs.folders.naming import stem
from photo_assets.media.icloud_export import MAX_BYTES, is_names, parse_names
from photo_assets.model.item import Album
from photo_assets.model.media import extension
from photo_assets.model.names import to_text
from photo_assets.model.vocabulary import AlbumKind

_HAND_MADE = "albums"


def albums_of(export: Export, name: str) -> Sequence[Album]:
    """Return the albums of files with that name; the tables are read once.

    Names are compared with case, which archives preserve (IMG_1.JPG and IMG_1.jpg are two
    pictures), and without regard to Unicode composition, which unpacking may change.
    """
    return tables_of(export).albums.get(_composed(name), ())


def tables_of(export: Export) -> AlbumTables:
    """Return the album tables of an export."""
    if export.tables is None:
        found: defaultdict[str, dict[str, Album]] = defaultdict(dict)
        is_whole = True
        for folder in export.folders:
            try:
                for album, names in _listed(folder, export.key):
                    for name in names:
                        found[_composed(name)].setdefault(album.id, album)
            except (ChangedError, OSError):
                is_whole = False
        albums = {name: tuple(of_one.values()) for name, of_one in found.items()}
        export.tables = AlbumTables(albums, is_whole)
    return export.tables


def _listed(folder: RelatedFolder, export: str) -> Iterator[tuple[Album, Sequence[str]]]:
    """Yield the albums of a folder; an unreadable one ends the iteration with an error."""
    if folder.listing is None:
        raise ChangedError(folder.path)
    with folder.opened() as handle:
        for entry in folder.listing.entries():
            if extension(entry.name) != "csv":
                continue
            if not entry.settled:
                raise ChangedError(entry.text)
            data = read_notes(handle, entry, is_names, MAX_BYTES)
            if data is not None:
                yield _album(folder, stem(entry.text), export), parse_names(data)[0]


def _album(folder: RelatedFolder, name: str, export: str) -> Album:
    kind = to_text(folder.names[-1])
    path = (name,) if kind.lower() == _HAND_MADE else (kind, name)
    return Album(id=f"icloud:{export}/{kind}/{name}", path=path, kind=AlbumKind.ALBUM)


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)
