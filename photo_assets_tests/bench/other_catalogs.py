"""A synthetic Eagle library, folder tree and Google Takeout export."""

import os
import zipfile
from collections.abc import Iterable
from datetime import UTC
from itertools import count, islice
from pathlib import Path

import orjson

from photo_assets.sample.formats.xmp import Packet, xmp
from photo_assets.sample.ids import Ids
from photo_assets_tests.bench.shots import Shot

_SIDECAR_EVERY = 10
_MEMBERS_PER_PART = 20_000
_FOLDERS = 40


def write_eagle(folder: Path, shots: Iterable[Shot]) -> None:
    """Write an Eagle library with an item for each of `shots`."""
    ids = Ids(2)
    names = [f"Board {n}" for n in range(_FOLDERS)]
    for number, made in enumerate(shots):
        item = ids.eagle(number)
        place = folder / "images" / f"{item}.info"
        place.mkdir(parents=True)
        content = made.jpeg()
        (place / made.name).write_bytes(content)
        taken_ms = _seconds(made) * 1000
        document = {
            "id": item,
            "name": made.name.removesuffix(".jpg"),
            "size": len(content),
            "btime": taken_ms,
            "mtime": taken_ms,
            "ext": "jpg",
            "tags": [path[-1] for path in made.keywords],
            "folders": [ids.eagle("folder", names[number % _FOLDERS])],
            "isDeleted": False,
            "url": "",
            "annotation": made.caption,
            "modificationTime": taken_ms + 86_400_000,
            "width": 64,
            "height": 48,
            "star": made.rating,
            "noThumbnail": True,
            "lastModified": taken_ms + 90_000_000,
        }
        (place / "metadata.json").write_bytes(orjson.dumps(document))
    tree = [
        {"id": ids.eagle("folder", name), "name": name, "description": "", "children": []}
        for name in names
    ]
    library = {"folders": tree, "smartFolders": [], "applicationVersion": "4.0.0"}
    (folder / "metadata.json").write_bytes(orjson.dumps(library))


def write_folders(folder: Path, shots: Iterable[Shot]) -> None:
    """Write a file for each below year/month, one in ten with an XMP sidecar."""
    for number, made in enumerate(shots):
        path = folder / f"{made.taken:%Y/%m}" / made.name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, made.jpeg(), made)
        if number % _SIDECAR_EVERY == 0:
            said = Packet(rating=made.rating, keywords=made.keywords, caption=made.caption)
            _write(path.with_suffix(".jpg.xmp"), xmp(said), made)


def write_takeout(folder: Path, shots: Iterable[Shot]) -> None:
    """Write the parts of an export, a picture and its JSON for each of `shots`."""
    folder.mkdir(parents=True)
    pending = iter(shots)
    for part in count(1):
        chosen = list(islice(pending, _MEMBERS_PER_PART))
        if not chosen:
            return
        path = folder / f"takeout-20250301T101010Z-{part:03d}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for made in chosen:
                name = f"Takeout/Google Photos/Photos from {made.taken.year}/{made.name}"
                archive.writestr(name, made.jpeg())
                archive.writestr(f"{name}.supplemental-metadata.json", _google(made))


def _google(made: Shot) -> bytes:
    stamp = {"timestamp": str(_seconds(made)), "formatted": f"{made.taken:%b %d, %Y}"}
    place = {"latitude": made.place[0], "longitude": made.place[1], "altitude": 0.0}
    said: dict[str, object] = {
        "title": made.name,
        "description": made.caption,
        "imageViews": "3",
        "creationTime": stamp,
        "photoTakenTime": stamp,
        "geoData": place,
        "url": f"https://photos.google.com/photo/{made.key}",
    }
    if made.rating == 5:
        said["favorited"] = True
    return orjson.dumps(said)


def _write(path: Path, content: bytes, made: Shot) -> None:
    path.write_bytes(content)
    os.utime(path, (_seconds(made), _seconds(made)))


def _seconds(made: Shot) -> int:
    return int(made.taken.replace(tzinfo=UTC).timestamp())
