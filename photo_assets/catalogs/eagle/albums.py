"""Eagle's folders: a tree of names in the library's own document, flattened to albums.

Names are not unique and an item may be in several folders, so the id is the album. Smart folders
are rules without a list of members; they are not here. A folder with a password shows its items,
and those of the folders in it, to who knows it only.
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
    """Names from the outermost folder to this one; `locked`: one of them has a password."""

    path: tuple[str, ...]
    locked: bool = False


FolderPaths = Mapping[str, Folder]
"""folder id -> where it is"""


def folder_paths(document: Mapping[str, Any]) -> dict[str, Folder]:
    """Return every folder of a library document by its id; entries that are no folder are left.

    A nameless folder goes by its id. Of two folders with one id the first stands.
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
    """Return that an item is locked where one of its folders is, though another shows it."""
    is_locked = any(paths[folder_id].locked for folder_id in folder_ids if folder_id in paths)
    return Visibility.LOCKED if is_locked else None


def naming_digest(folder_ids: Iterable[str], paths: FolderPaths) -> str:
    """Return a digest that changes when one of these is renamed, moved, locked or removed."""
    named = [(folder_id, paths.get(folder_id)) for folder_id in folder_ids]
    return hashlib.sha256(canonical_json(named)).hexdigest()[:16]


def _nodes(value: object) -> list[dict[str, Any]]:
    return [node for node in value if isinstance(node, dict)] if isinstance(value, list) else []
