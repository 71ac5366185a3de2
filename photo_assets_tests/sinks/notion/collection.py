"""A collection of photos in a lake, made row by row, for tests of their pages."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from photo_assets.model.tables import MEMBERS, PHOTOS, THUMBNAILS, UNIFIED
from photo_assets.thumbnails.tree import ThumbnailSize
from photo_assets.workspace import Workspace

MONTH = "2019-08-01"
JPEG = b"\xff\xd8\xff\xe0 as far as anybody here is concerned \xff\xd9"


def photo_id(number: int) -> str:
    """Return the UUID of photo `number`."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"photo {number}"))


def blob(number: int) -> bytes:
    """Return the SHA-256 of photo `number`'s file."""
    return hashlib.sha256(f"blob {number}".encode()).digest()


def photo(number: int, **more: Any) -> dict[str, Any]:
    """Return a unified row; `more` replaces its columns."""
    row: dict[str, Any] = {
        "photo_id": photo_id(number),
        "uii": blob(number).hex()[:16],
        "month": MONTH,
        "file_name": f"DSC{number:05}.jpg",
        "media_kind": "image",
        "capture_time": datetime(2019, 8, 4, 11, number % 60, 12),
        "capture_offset_min": 120,
        "capture_kind": "wall",
        "capture_precision": "second",
        "rating": number % 6,
        "title": f"Photo {number}",
        "keywords": [["Places", "Germany", "Berlin"], [f"tag {number % 7}"]],
        "people": ["Ann"],
        "albums": ["Trips / 2019"],
        "gps_latitude": 0.0,
        "gps_longitude": 8.5417,
        "camera_model": "X-T3",
        "lens": "XF35mmF1.4 R",
        "aperture": 2.8,
        "exposure_time_s": 0.004,
        "iso": 200,
        "availability": "online",
        "item_count": 1,
        "conflict_count": 0,
    }
    return {**row, **more}


def write_collection(
    workspace: Workspace, rows: Iterable[Mapping[str, Any]], *, thumbnails: bool = True
) -> None:
    """Store the photos, their master's item in Lightroom, and thumbnails if wanted."""
    rows = list(rows)
    lake = workspace.lake
    lake.write(("metadata", "unified"), "all", UNIFIED, table_of(UNIFIED.schema, rows))
    numbers = {photo_id(n): n for n in range(max(len(rows) * 2, 100))}
    photos, members, drawn = [], [], []
    for row in rows:
        number = numbers[row["photo_id"]]
        digest = blob(number)
        photos.append(
            {
                "photo_id": row["photo_id"],
                "month": MONTH,
                "uii": row["uii"],
                "sha256": digest,
                "master_source": "lightroom",
                "master_catalog": "main",
                "master_native_id": str(number),
                "master_path": f"/photos/2019/{row['file_name']}",
                "master_availability": "online",
                "item_count": 1,
                "catalog_count": 1,
                "blob_count": 1,
                "media_kind": "image",
            }
        )
        members.append(
            {
                "photo_id": row["photo_id"],
                "source": "lightroom",
                "catalog": "main",
                "native_id": str(number),
                "month": MONTH,
                "sha256": digest,
                "step": 0,
                "is_master": True,
                "media_kind": "image",
                "availability": "online",
            }
        )
        if thumbnails:
            drawn.append({"sha256": digest, "month": MONTH, "status": "drawn"})
            draw(workspace, number)
    lake.write(("identity", "photos"), "all", PHOTOS, table_of(PHOTOS.schema, photos))
    lake.write(("identity", "members"), "all", MEMBERS, table_of(MEMBERS.schema, members))
    lake.write(("vault", "thumbnails"), MONTH, THUMBNAILS, table_of(THUMBNAILS.schema, drawn))


def draw(workspace: Workspace, number: int, content: bytes = JPEG) -> Path:
    """Put a thumbnail of photo `number` where it belongs."""
    path = workspace.thumbnails.path(ThumbnailSize.MEDIUM, blob(number))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def table_of(schema: pa.Schema, rows: list[Any]) -> pa.Table:
    """Return rows as a table of a schema; missing columns are null."""
    return pa.Table.from_pylist(rows, schema=schema)
