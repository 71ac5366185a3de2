"""Building exports in the format of Google Takeout: folders, JSONs, parts."""

import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

from photo_assets.catalogs.google_takeout.catalog import TakeoutCatalog
from photo_assets.catalogs.google_takeout.settings import TakeoutSettings
from photo_assets.model.events import Discarded, Failed, Found, ScanEvent
from photo_assets.model.item import Item
from photo_assets_tests.media.archives.build import write_tar, write_zip

ROOT = "Takeout/Google Photos"
YEAR = f"{ROOT}/Photos from 2023"
STAMP = "20240612T103430Z"
TAKEN = 1695394176  # 2023-09-22 14:49:36 UTC


def photo_json(title: str, **changes: Any) -> bytes:
    """Return a photo's JSON in Google's own shape; `None` removes a field."""
    fields: dict[str, Any] = {
        "title": title,
        "description": "",
        "imageViews": "3",
        "creationTime": {"timestamp": "1695397525", "formatted": "22 sept. 2023, 15:45:25 UTC"},
        "photoTakenTime": {"timestamp": str(TAKEN), "formatted": "22 sept. 2023, 14:49:36 UTC"},
        "geoData": {
            "latitude": 0.0,
            "longitude": 0.0,
            "altitude": 0.0,
            "latitudeSpan": 0.0,
            "longitudeSpan": 0.0,
        },
        "geoDataExif": {
            "latitude": 0.0,
            "longitude": 0.0,
            "altitude": 0.0,
            "latitudeSpan": 0.0,
            "longitudeSpan": 0.0,
        },
        "url": f"https://photos.google.com/photo/{title}",
        "googlePhotosOrigin": {"mobileUpload": {"deviceType": "ANDROID_PHONE"}},
    }
    fields |= changes
    kept = {key: value for key, value in fields.items() if value is not None}
    return json.dumps(kept, indent=2, ensure_ascii=False).encode()


def album_json(title: str, description: str = "") -> bytes:
    return json.dumps(
        {
            "title": title,
            "description": description,
            "access": "protected",
            "date": {"timestamp": "0", "formatted": "1 janv. 1970, 00:00:00 UTC"},
            "geoData": {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0},
        },
        ensure_ascii=False,
    ).encode()


def jpeg(
    shade: int = 0, taken: datetime | None = None, make: str | None = None, xmp: bytes = b""
) -> bytes:
    """Return a small real JPEG; different shades have different bytes."""
    image = Image.new("RGB", (32, 24), (shade % 256, (shade // 256) % 256, 90))
    exif = Image.Exif()
    if make:
        exif[0x010F] = make
    if taken is not None:
        exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, **({"xmp": xmp} if xmp else {}))
    return out.getvalue()


Entries = Mapping[str, bytes]


def write_part(
    folder: Path, number: int, entries: Entries, kind: str = "zip", stamp: str = STAMP
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"takeout-{stamp}-{number:03d}.{kind}"
    return write_zip(path, entries) if kind == "zip" else write_tar(path, entries)


def unpack(folder: Path, entries: Entries) -> Path:
    for name, content in entries.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def catalog(folder: Path) -> TakeoutCatalog:
    return TakeoutCatalog("test", TakeoutSettings(path=folder))


def scan(folder: Path, known: Mapping[str, str | None] | None = None) -> list[ScanEvent]:
    return list(catalog(folder).scan(known or {}))


def items(events: list[ScanEvent]) -> dict[str, Item]:
    """Return the found items by their path below Google Photos' folder."""
    return {
        e.item.native_id.removeprefix(f"{ROOT}/"): e.item for e in events if isinstance(e, Found)
    }


def problems(events: list[ScanEvent]) -> dict[str, str]:
    """Return the reasons of unwritten entries, except sidecars and album JSONs."""
    usual = {"sidecar", "album description"}
    return {
        e.ref: e.reason
        for e in events
        if isinstance(e, Discarded | Failed) and e.reason not in usual
    }
