"""Eagle's folders: a tree of names in the library's metadata.json, flattened to albums.

Names are not unique and an item may be in several folders, so an album is identified by its id.
Smart folders are rules without a list of members and are not read. A folder with a password hides
its items, and those of its subfolders, from everyone without the password.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from photo_assets.model.canonical import canonical_json
from photo_assets.model.item import Album
from photo_assets.model.vocabulary import AlbumKind, Visibility


@dataclass(frozen=True, slots=True, order=True)
class Folder:
    """A folder: names from the outermost folder on; `locked`: one of them has a password."""

    path: tuple[str, ...]
    locked: bool = False


FolderPaths = Mapping[str, Folder]
"""folder id -> folder"""


def folder_paths(document: Mapping[str, Any]) -> dict[str, Folder]:
    """Return the folders of a library document by id; entries that are not folders are ignored.

    A folder without a name gets its id as name. Of two folders with one id the first is used.
    """
    folders: dict[str, Folder] = {}
    pending: list[tuple[dict[str, Any], Folder]] = [
        (node, Folder(())) for node in reversed(_nodes(document.get("folders")))
    ]
    while pending:
        node, parent = pending.pop()
        folder_id = node.get("id")
        if not isinstance(folder_id, str) or not folder_id:
            continue
        name = node.get("name")
        path = (*parent.path, name if isinstance(name, str) and name else folder_id)
        here = Folder(path, parent.locked or bool(node.get("password")))
        folders.setdefault(folder_id, here)
        pending.extend((child, here) for child in reversed(_nodes(node.get("children"))))
    return folders


def albums_of(folder_ids: Iterable[str], paths: FolderPaths) -> tuple[Album, ...]:
    """Return the albums of an item, in the item's order; a folder not in the tree keeps its id."""
    return tuple(
        Album(
            id=folder_id,
            path=paths.get(folder_id, Folder((folder_id,))).path,
            kind=AlbumKind.ALBUM,
        )
        for folder_id in dict.fromkeys(folder_ids)
    )


def visibility_of(folder_ids: Iterable[str], paths: FolderPaths) -> Visibility | None:
    """Return LOCKED where one of the item's folders is locked, even if another one is not."""
    is_locked = any(paths[folder_id].locked for folder_id in folder_ids if folder_id in paths)
    return Visibility.LOCKED if is_locked else None


def naming_digest(folder_ids: Iterable[str], paths: FolderPaths) -> str:
    """Return a digest that changes when a folder is renamed, moved, locked or removed."""
    named = [(folder_id, paths.get(folder_id)) for folder_id in folder_ids]
    return hashlib.sha256(canonical_json(named)).hexdigest()[:16]


def _nodes(value: object) -> list[dict[str, Any]]:
    return [node for node in value if isinstance(node, dict)] if isinstance(value, list) else []
