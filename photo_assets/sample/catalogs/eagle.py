"""The sample's Eagle library: favorites, some with written tags, a trash, a movie, a note."""

from datetime import UTC
from typing import Any

import orjson

from photo_assets.sample import plan
from photo_assets.sample.ids import Ids
from photo_assets.sample.picture_files import PictureFiles
from photo_assets.sample.shots import Shot
from photo_assets.sample.specimens import Specimen
from photo_assets.sample.tree import Entry, Tree

CATALOG = "eagle/inspiration"
FOLDER = "Inspiration.library"
_TRASHED = frozenset({"kyoto-4", "tulips-4"})
_ADDED_MS = 1_725_177_600_000  # 2024-09-01T08:00:00Z: after the last trip
_SETS = {
    "Best of": ("aurora", "mountains", "dunes"),
    "Colour": ("lavender", "flower", "balloons"),
    "Night": ("star_trails", "milky_way", "lighthouse", "bokeh", "aurora"),
    "People": ("portrait", "couple"),
    "Water": ("sea", "pond", "lighthouse"),
}


def write_eagle(
    tree: Tree, room: PictureFiles, ids: Ids, shots: tuple[Shot, ...], movie: Specimen
) -> list[Entry]:
    """Write the library and return its entries, except items that are not photos."""
    entries: list[Entry] = []
    times: dict[str, int] = {}
    for order, shot in enumerate(shot for shot in shots if plan.in_eagle(shot)):
        item_id = ids.eagle("item", shot.key)
        retagged = plan.retagged_in_eagle(shot)
        content = room.retagged(shot) if retagged else room.original(shot)
        document = _document(shot, ids, item_id, order, len(content))
        times[item_id] = document["lastModified"]
        place = f"{FOLDER}/images/{item_id}.info"
        digest = tree.write(f"{place}/{document['name']}.jpg", content, shot.taken_utc)
        tree.write(f"{place}/metadata.json", orjson.dumps(document))
        entries.append(Entry(CATALOG, item_id, f"{shot.key} jpeg", digest))
    for name, content in (
        (movie.file_name, movie.content),
        ("palette ideas.txt", b"Ochre, slate, one red.\n"),
        ("Albers.url", b"[InternetShortcut]\nURL=https://example.org/albers\n"),
    ):
        item_id = ids.eagle("other", name)
        times[item_id] = _ADDED_MS
        digest = _write_other(tree, item_id, name, content)
        if name == movie.file_name:
            entries.append(Entry(CATALOG, item_id, movie.picture, digest, movie.states))
    tree.write(f"{FOLDER}/metadata.json", orjson.dumps(_library(ids)))
    tree.write(f"{FOLDER}/mtime.json", orjson.dumps(times | {"all": len(times)}))
    tree.write(f"{FOLDER}/tags.json", orjson.dumps({"historyTags": [], "starredTags": []}))
    return entries


def _document(shot: Shot, ids: Ids, item_id: str, order: int, size: int) -> dict[str, Any]:
    taken_ms = int(shot.taken_utc.replace(tzinfo=UTC).timestamp()) * 1000
    folders = [ids.eagle("folder", name) for name, scenes in _SETS.items() if shot.scene in scenes]
    if shot.number == 0:
        folders.append(ids.eagle("folder", "year", shot.taken.year))
    document: dict[str, Any] = {
        "id": item_id,
        "name": f"{shot.stem} {shot.scene.replace('_', ' ')}",
        "size": size,
        "btime": taken_ms,
        "mtime": taken_ms,
        "ext": "jpg",
        "tags": [path[-1].lower() for path in shot.keywords],
        "folders": folders,
        "isDeleted": shot.key in _TRASHED,
        "url": "https://example.org/inspiration" if shot.number == 4 else "",
        "annotation": plan.eagle_caption(shot) or "",
        "modificationTime": _ADDED_MS + order * 61_000,
        "width": shot.size[0],
        "height": shot.size[1],
        "noThumbnail": True,
        "lastModified": _ADDED_MS + order * 61_000 + 3_600_000,
    }
    if (stars := plan.eagle_stars(shot)) is not None:
        document["star"] = stars
    if shot.key in _TRASHED:
        document["deletedTime"] = _ADDED_MS + 86_400_000
    if shot.number == 0:
        document["comments"] = [{"id": item_id[::-1], "x": 40, "y": 40, "annotation": "crop here"}]
    return document


def _write_other(tree: Tree, item_id: str, file_name: str, content: bytes) -> str:
    """Write an item without metadata; return its file's SHA-256."""
    name, _, ext = file_name.rpartition(".")
    document = {
        "id": item_id,
        "name": name,
        "size": len(content),
        "ext": ext,
        "tags": [],
        "folders": [],
        "isDeleted": False,
        "modificationTime": _ADDED_MS,
        "lastModified": _ADDED_MS,
    }
    place = f"{FOLDER}/images/{item_id}.info"
    tree.write(f"{place}/metadata.json", orjson.dumps(document))
    return tree.write(f"{place}/{file_name}", content)


def _library(ids: Ids) -> dict[str, object]:
    def node(name: str, folder_id: str, *children: dict[str, object]) -> dict[str, object]:
        return {
            "id": folder_id,
            "name": name,
            "description": "",
            "children": list(children),
            "modificationTime": _ADDED_MS,
            "tags": [],
        }

    by_name = {name: node(name, ids.eagle("folder", name)) for name in _SETS}
    years = [node(str(year), ids.eagle("folder", "year", year)) for year in range(2017, 2025)]
    folders = [
        by_name["Best of"],
        node("Mood", ids.eagle("folder", "mood"), by_name["Colour"], by_name["Night"]),
        by_name["People"],
        by_name["Water"],
        node("Years", ids.eagle("folder", "years"), *years),
        node("Years", ids.eagle("folder", "years again")),
    ]
    return {
        "folders": folders,
        "smartFolders": [],
        "quickAccess": [],
        "tagsGroups": [],
        "modificationTime": _ADDED_MS,
        "applicationVersion": "4.0.0",
    }
