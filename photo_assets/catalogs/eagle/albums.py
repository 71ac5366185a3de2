"""Eagle's folders: a tree of names in the library's own document, flattened to albums.

Names are not unique and an item may be in several folders, so the id is the album. Smart folders
are rules without a list of members; they are not here.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from photo_assets.model.item import Album, canonical_json
from photo_assets.model.vocabulary import AlbumKind

FolderPaths = Mapping[str, tuple[str, ...]]
"""folder id -> names from the outermost folder to it"""


def folder_paths(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the path of every folder of a library document; entries that are no folder are left.

    A nameless folder goes by its id. Of two folders with one id the first stands.
    """
    paths: dict[str, tuple[str, ...]] = {}
    pending: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        (node, ()) for node in reversed(_nodes(document.get("folders")))
    ]
    while pending:
        node, parents = pending.pop()
        folder_id = node.get("id")
        if not isinstance(folder_id, str) or not folder_id:
            continue
        name = node.get("name")
        path = (*parents, name if isinstance(name, str) and name else folder_id)
        paths.setdefault(folder_id, path)
        pending.extend((child, path) for child in reversed(_nodes(node.get("children"))))
    return paths


def albums_of(folder_ids: Iterable[str], paths: FolderPaths) -> tuple[Album, ...]:
    """Return the albums of an item, in the item's order; a folder not in the tree keeps its id."""
    return tuple(
        Album(id=folder_id, path=paths.get(folder_id, (folder_id,)), kind=AlbumKind.ALBUM)
        for folder_id in dict.fromkeys(folder_ids)
    )


def naming_digest(folder_ids: Iterable[str], paths: FolderPaths) -> str:
    """Return a digest that changes when one of these folders is renamed, moved or removed."""
    named = [(folder_id, paths.get(folder_id)) for folder_id in folder_ids]
    return hashlib.sha256(canonical_json(named)).hexdigest()[:16]


def _nodes(value: object) -> list[dict[str, Any]]:
    return [node for node in value if isinstance(node, dict)] if isinstance(value, list) else []
