"""Builds Eagle libraries in the layout of Eagle 4."""

import io
import json
import os
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

JsonObject = dict[str, Any]


def jpeg(
    color: tuple[int, int, int] = (90, 120, 160),
    taken: str | None = None,
    size: tuple[int, int] = (48, 32),
) -> bytes:
    exif = Image.Exif()
    if taken:
        exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Fujifilm", "X-T4"
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG", exif=exif)
    return out.getvalue()


class LibraryBuilder:
    """A library under construction; `add` writes an item at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.images = root / "images"
        self.images.mkdir(parents=True)
        self.times: dict[str, int] = {}
        self.folders([])

    def folders(self, tree: list[JsonObject]) -> None:
        document = {"folders": tree, "smartFolders": [], "applicationVersion": "4.0.0"}
        (self.root / "metadata.json").write_text(json.dumps(document), encoding="utf-8")

    def add(self, item_id: str, media: bytes | None = None, **fields: Any) -> Path:
        name, ext = fields.get("name", item_id), fields.get("ext", "jpg")
        folder = self.images / f"{item_id}.info"
        folder.mkdir()
        content = jpeg() if media is None else media
        document = {
            "id": item_id,
            "name": name,
            "size": len(content),
            "btime": 1757141868142,
            "mtime": 1757141868142,
            "ext": ext,
            "tags": [],
            "folders": [],
            "isDeleted": False,
            "url": "",
            "annotation": "",
            "modificationTime": 1757142030177,
            "width": 48,
            "height": 32,
            "noThumbnail": True,
            "lastModified": 1757142268882,
        } | fields
        (folder / "metadata.json").write_text(json.dumps(document), encoding="utf-8")
        (folder / f"{name}.{ext}").write_bytes(content)
        self.times[item_id] = 1757142268882
        times = self.times | {"all": len(self.times)}
        (self.root / "mtime.json").write_text(json.dumps(times), encoding="utf-8")
        return folder


def folder(folder_id: str, name: str, *children: JsonObject) -> JsonObject:
    return {"id": folder_id, "name": name, "children": list(children)}


def tree_state(root: Path) -> list[tuple[str, int, int, bytes]]:
    """Every name below `root` with its stat and content: equal lists mean nothing was touched."""
    state = []
    for path in sorted(root.rglob("*"), key=os.fsencode):
        stat = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        state.append((str(path), stat.st_mode, stat.st_mtime_ns, content))
    return state
