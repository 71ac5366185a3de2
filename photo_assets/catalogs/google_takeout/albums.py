"""Albums of an export: folders with a JSON that has a title and is not a photo's.

Names of folders and of that JSON ("metadata.json", "métadonnées.json", "Metadaten.json") are in
the user's language and are not looked at. A year's folder with such a JSON counts as an album too:
an album too many does no harm, one that is lost does.
"""

from dataclasses import dataclass

from photo_assets.catalogs.google_takeout.documents import Document, text_field
from photo_assets.catalogs.google_takeout.entries import Entry
from photo_assets.model.item import Album
from photo_assets.model.vocabulary import AlbumKind


@dataclass(frozen=True, slots=True)
class AlbumFolder:
    """One album. `folder` is its path inside the export, which is its id."""

    folder: str
    title: str
    description: str | None
    access: str | None

    def as_album(self) -> Album:
        """Return it as items state it."""
        return Album(id=self.folder, path=(self.title,), kind=AlbumKind.ALBUM)


def album_of(entry: Entry, document: Document) -> AlbumFolder:
    """Return the album a JSON describes; without a title it is called as its folder."""
    return AlbumFolder(
        folder=entry.folder,
        title=text_field(document.fields, "title") or entry.folder.rpartition("/")[2] or "?",
        description=text_field(document.fields, "description"),
        access=text_field(document.fields, "access"),
    )
