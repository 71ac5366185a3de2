"""Small libraries for tests: stored tables of photos, and their thumbnails on the disk."""

import hashlib
import io
import random
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from PIL import Image

from photo_assets.configuration.loading import Configuration
from photo_assets.library import SETTINGS
from photo_assets.model.tables import CONFLICTS, MEMBERS, PHOTOS, RELATIONS, UNIFIED
from photo_assets.thumbnails.tree import ThumbnailSize
from photo_assets.workspace import Workspace

MONTH = "2024-05-01"


def photo_id(number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))


def blob(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def ai_workspace(folder: Path, base_url: str = "http://127.0.0.1:9", **ai: Any) -> Workspace:
    """A workspace whose `ai` is on for the album Trips; `ai` changes its settings."""
    settings = {
        "enabled": True,
        "endpoint": f"{base_url}/v1",
        "model": "stand-in",
        "photos": [{"album": "Trips"}],
        "calls_per_second": 100,
        **ai,
    }
    found = SETTINGS.model_validate({"ai": settings, "data_dir": folder / "data"})
    return Workspace(Configuration(found, None, folder))


def store(
    workspace: Workspace,
    count: int,
    month: str = MONTH,
    first: int = 0,
    changes: Mapping[int, Mapping[str, Any]] | None = None,
    links: list[tuple[int, int, str]] | None = None,
) -> list[str]:
    """Store `count` photos of a month with their thumbnails, and return their ids."""
    numbers = range(first, first + count)
    base = {"item_count": 1, "conflict_count": 0, "albums": ["Trips / Lake"]}
    unified = [
        {"photo_id": photo_id(n), "month": month, **base, **(changes or {}).get(n, {})}
        for n in numbers
    ]
    photos = [
        {
            "photo_id": photo_id(n),
            "month": month,
            "sha256": blob(n),
            "master_source": "folders",
            "master_catalog": "a",
            "master_native_id": str(n),
            "master_availability": "online",
            "item_count": 1,
            "catalog_count": 1,
            "blob_count": 1,
            "media_kind": "image",
        }
        for n in numbers
    ]
    relations = [
        {
            "kind": kind,
            "from_photo_id": photo_id(a),
            "to_photo_id": photo_id(b),
            "source": "folders",
            "catalog": "a",
            "from_native_id": str(a),
            "to_native_id": str(b),
        }
        for a, b, kind in links or []
    ]
    lake = workspace.lake
    for asset, kind, rows in (
        (("metadata", "unified"), UNIFIED, unified),
        (("identity", "photos"), PHOTOS, photos),
        (("identity", "members"), MEMBERS, []),
        (("identity", "relations"), RELATIONS, relations),
        (("metadata", "conflicts"), CONFLICTS, []),
    ):
        lake.write(asset, month, kind, pa.Table.from_pylist(rows, schema=kind.schema))
    for n in numbers:
        draw(workspace, n)
    return [photo_id(n) for n in numbers]


def draw(workspace: Workspace, number: int) -> None:
    """Write the thumbnails of a photo, with EXIF, as another program could have written them."""
    pixels = random.Random(number).randbytes(24 * 16 * 3)  # flat colors may have equal JPEGs
    exif = Image.Exif()
    exif[0x010E] = "Zorah Quimby at home"
    written = io.BytesIO()
    Image.frombytes("RGB", (24, 16), pixels).save(
        written, "JPEG", exif=exif, comment=b"secret place"
    )
    workspace.thumbnails.write(blob(number), dict.fromkeys(ThumbnailSize, written.getvalue()))
