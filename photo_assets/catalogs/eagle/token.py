"""The change token of an Eagle item: what must be equal for its row to stand without reading.

Covers the stat of every file in the item's folder (metadata.json and the media file among them)
and the names of the folders that are its albums, which live in the library's own document. The
token carries the folder ids, so that a rename elsewhere in the tree costs nothing here.

mtime.json is not trusted for this: another program, a sync service or a crash leaves it stale, and
then a changed item would never be read again.
"""

import orjson

from photo_assets.catalogs.eagle.albums import FolderPaths, naming_digest
from photo_assets.catalogs.eagle.listing import Listing

_VERSION = 2


def change_token(listing: Listing, folder_ids: tuple[str, ...], paths: FolderPaths) -> str:
    """Return the token of an item with this folder content, in these folders."""
    fields = [_VERSION, listing.digest(), naming_digest(folder_ids, paths), folder_ids]
    return orjson.dumps(fields).decode()


def still_holds(known: str | None, listing: Listing, paths: FolderPaths) -> bool:
    """Say whether a known token describes what lies there now."""
    folder_ids = _folder_ids(known)
    return folder_ids is not None and known == change_token(listing, folder_ids, paths)


def _folder_ids(known: str | None) -> tuple[str, ...] | None:
    try:
        fields = orjson.loads(known or "")
    except orjson.JSONDecodeError:
        return None
    match fields:
        case [_, _, _, list(folder_ids)] if all(isinstance(entry, str) for entry in folder_ids):
            return tuple(folder_ids)
    return None
