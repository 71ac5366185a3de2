"""The change token of an Eagle item: a row with an equal token is kept without reading the item.

It covers the stat of every file in the item's folder (including metadata.json and the media file)
and the names of the folders that are its albums, which are stored in the library's metadata.json.
The token includes the folder ids, so that a rename elsewhere in the tree does not change it.

mtime.json is not used: another program, a sync service or a crash may leave it stale, and a changed
item would then never be read again.
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
    """Return whether a known token describes the current content of the folder."""
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
