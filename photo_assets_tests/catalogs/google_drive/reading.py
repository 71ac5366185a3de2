"""Records as Drive states them, and the items they become."""

import json
from typing import Any

from photo_assets.catalogs.google_drive.folder_tree import FolderTree, root_folder
from photo_assets.catalogs.google_drive.item import FileReader
from photo_assets.catalogs.google_drive.records import FOLDER, SHORTCUT
from photo_assets.model.events import Found, ScanEvent
from photo_assets.model.item import Item

ROOT = root_folder("root-id", "My Drive")


def folder(key: str, name: str, *parents: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "name": name, "mimeType": FOLDER, "parents": list(parents), **more}


def shortcut(key: str, target: str, *parents: str, **more: Any) -> dict[str, Any]:
    details = {"targetId": target, "targetMimeType": "image/jpeg"}
    made = {"id": key, "name": key, "mimeType": SHORTCUT, "parents": list(parents)}
    return {**made, "shortcutDetails": details, **more}


def file(**changed: Any) -> dict[str, Any]:
    """Return a photo's record; a field that is None is absent."""
    made: dict[str, Any] = {
        "id": "photo",
        "name": "IMG_1.JPG",
        "mimeType": "image/jpeg",
        "parents": ["root-id"],
        "size": "1234",
        "createdTime": "2020-01-02T03:04:05.678Z",
        "modifiedTime": "2020-01-01T00:00:00.000Z",
        "md5Checksum": "0123456789abcdef0123456789abcdef",
        "sha1Checksum": "0123456789abcdef0123456789abcdef01234567",
        "sha256Checksum": "0123456789abcdef" * 4,
        "headRevisionId": "r1",
        "starred": False,
        "trashed": False,
        "ownedByMe": True,
        "shared": False,
        "capabilities": {"canDownload": True},
        **changed,
    }
    return {name: value for name, value in made.items() if value is not None}


def tree(*given: dict[str, Any]) -> FolderTree:
    return FolderTree({one["id"]: one for one in (ROOT, *given)})


def event(record: dict[str, Any], where: FolderTree | None = None, **settings: Any) -> ScanEvent:
    return FileReader("test", **settings).event(record, where or tree())


def item(record: dict[str, Any], where: FolderTree | None = None, **settings: Any) -> Item:
    found = event(record, where, **settings)
    assert isinstance(found, Found), found
    return found.item


def extras(of: Item) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(of.extras or "{}")
    return loaded
