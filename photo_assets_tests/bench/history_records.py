"""Rows of photos as `vault.history.rows` reads them, without a lake, for measuring commits."""

import random
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from photo_assets.model.canonical import canonical
from photo_assets.model.tables import FINGERPRINTS, ITEMS, UNIFIED

_WORDS = ("evening", "harbor", "Oslo", "garden", "winter", "family", "trip", "lake", "snow", "dog")
_CAMERAS = (("NIKON", "D750"), ("Apple", "iPhone 12"), ("Google", "Pixel 3"), ("FUJIFILM", "X-T3"))


def record_row(photo_id: str, version: int) -> dict[str, Any]:
    """Return one photo with two items; `version` is part of its title."""
    draw = random.Random(photo_id)
    taken = datetime(2010, 1, 1) + timedelta(seconds=draw.randrange(400_000_000))
    make, model = draw.choice(_CAMERAS)
    title = f"{' '.join(draw.sample(_WORDS, 3))} {version}"
    keywords = [["Places", word] for word in sorted(draw.sample(_WORDS, 3))]
    name = f"IMG_{draw.randrange(10_000):04}.JPG"
    shared = {
        **{"capture_time": taken, "capture_kind": "wall", "capture_precision": "second"},
        **{"camera_make": make, "camera_model": model, "file_name": name, "title": title},
        **{"media_type": "image/jpeg", "media_kind": "image", "width": 6016, "height": 4016},
        **{"aperture": draw.choice((1.8, 2.8, 4.0, 8.0)), "iso": draw.choice((100, 200, 800))},
        "gps_latitude": round(draw.uniform(40, 60), 5),
        "gps_longitude": round(draw.uniform(5, 20), 5),
    }
    items = [_item(photo_id, source, draw, shared, keywords) for source in ("folders", "lightroom")]
    key = {name: items[1][name] for name in ("source", "catalog", "native_id")}
    stated = [{**key, "field": field, "rule": "first"} for field in _FIELDS]
    unified = {**dict.fromkeys(UNIFIED.schema.names), **shared, "keywords": keywords}
    return {
        "photo_id": photo_id,
        **{f"master_{part}": value for part, value in key.items()},
        "unified": {**unified, "provenance": stated},
        "items": items,
        "conflicts": None,
        "relations": None,
    }


_FIELDS = ("capture_time", "camera_make", "camera_model", "file", "title", "dimensions", "gps")


def _item(
    photo_id: str, source: str, draw: random.Random, shared: dict[str, Any], keywords: Any
) -> dict[str, Any]:
    folder = f"{shared['capture_time']:%Y/%m}"
    number = draw.randrange(10**9)
    native = {"folders": f"{folder}/{shared['file_name']}", "lightroom": f"{number}"}[source]
    return {
        **dict.fromkeys(ITEMS.schema.names),
        **shared,
        **{"source": source, "catalog": "main", "native_id": native, "reader_version": 3},
        **{"path": f"/mnt/nas/photos/{folder}/{shared['file_name']}", "quality": "original"},
        **{"availability": "online", "file_size": number, "file_mtime_ns": number * 1_000_000_007},
        **{"month": f"{shared['capture_time']:%Y-%m-01}", "month_basis": "capture"},
        "keywords": [{"path": path, "person": False, "synonyms": []} for path in keywords],
        **{"people": [], "albums": [], "links": [], "orientation": 1},
        "modified_time": shared["capture_time"].replace(tzinfo=UTC),
        "extras": '{"edited":true,"process_version":"11.0"}' if source == "lightroom" else None,
        "raw_sha256": sha256(f"{photo_id}{source}".encode()).hexdigest(),
        **{"blob": sha256(photo_id.encode()).digest(), "blob_size": number, "step": 1},
        **{"listed": True, "file": _file(photo_id, number)},
    }


def _file(photo_id: str, size: int) -> dict[str, Any]:
    draw = random.Random(f"file {photo_id}")
    return {
        **dict.fromkeys(FINGERPRINTS.schema.names),
        **{"status": "ok", "file_size": size, "file_mtime_ns": size * 1_000_000_007},
        **{"sha256": sha256(photo_id.encode()).digest(), "recipe": "1.3.4.2", "decoder": "jpeg"},
        **{"md5": draw.randbytes(16), "sha1": draw.randbytes(20)},
        **{"image_data_sha256": draw.randbytes(32), "image_data_method": "jpeg", "flat": False},
        **{"phash": draw.getrandbits(64), "dhash": draw.getrandbits(64), "hash_recipe": 4},
        **{"hash_basis": "file", "width": 6016, "height": 4016},
        "exif": canonical({"iso": 100, "make": "NIKON", "taken": "2012:03:04 05:06:07"}),
    }
