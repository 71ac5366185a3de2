"""Photos, fingerprints and items on disk for the tests of look-alikes."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from photo_assets.identity.lookalikes import LookalikeInputs
from photo_assets.lake import Lake
from photo_assets.model.tables import FINGERPRINTS, ITEMS, MEMBERS, RELATIONS, TableKind

MONTH = "2020-05-01"


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One item of a photo, with its file's fingerprint."""

    photo: str
    phash: int | None = None
    content: bytes | None = None  # None: the item's own
    name: str = ""
    dhash: int = 0
    flat: bool = False
    sides: tuple[int, int] | None = (300, 200)
    taken: datetime | None = None
    kind: str = "wall"
    offset: int | None = None
    precision: str = "second"
    is_copy: bool = False  # a virtual copy: it has a fingerprint but no file
    is_preview: bool = False  # the hashes are of a service's preview: no bytes are known
    is_master: bool = True
    size: int | None = 1000

    def sha256(self, number: int) -> bytes:
        return hashlib.sha256(self.content or f"content {number}".encode()).digest()


def write_tables(
    folder: Path, shots: Iterable[Shot], relations: Iterable[tuple[str, str, str]] = ()
) -> LookalikeInputs:
    """Store the tables of these shots; a relation is (kind, from photo, to photo)."""
    lake = Lake(folder / "lake")
    members, prints, items = [], [], []
    for number, shot in enumerate(shots):
        key = {"source": "folders", "catalog": "nas", "native_id": f"{number:06d}"}
        sha256 = shot.sha256(number)
        common = {**key, "month": MONTH, "media_kind": "image", "availability": "online"}
        members.append(
            {
                **common,
                "photo_id": shot.photo,
                "sha256": None if shot.is_copy or shot.is_preview else sha256,
                "step": 0,
                "is_master": shot.is_master,
            }
        )
        hashes = {"phash": shot.phash, "dhash": shot.dhash, "flat": shot.flat, "hash_recipe": 1}
        width, height = shot.sides or (None, None)
        if shot.is_preview:
            aspect = width / height if width and height else None
            content: dict[str, Any] = {
                "status": "unavailable",
                "hash_basis": "preview",
                "preview_aspect": aspect,
            }
        else:
            content = {"status": "ok", "sha256": sha256, "file_size": shot.size}
            content |= {"width": width, "height": height}
        prints.append({**key, "month": MONTH, **hashes, **content})
        items.append(
            {
                **common,
                "file_name": shot.name or f"{number}.jpg",
                "reader_version": 1,
                "capture_time": shot.taken,
                "capture_kind": shot.kind if shot.taken else None,
                "capture_precision": shot.precision if shot.taken else None,
                "capture_offset_min": shot.offset,
                "item_digest": bytes(32),
                "month_basis": "file",
            }
        )
    links = [
        {
            "kind": kind,
            "from_photo_id": one,
            "to_photo_id": other,
            "source": "folders",
            "catalog": "nas",
            "from_native_id": one,
            "to_native_id": other,
        }
        for kind, one, other in relations
    ]

    def store(asset: tuple[str, str], name: str, kind: TableKind, rows: list[Any]) -> Path:
        return lake.write(asset, name, kind, pa.Table.from_pylist(rows, schema=kind.schema)).path

    return LookalikeInputs(
        members=(store(("identity", "members"), "all", MEMBERS, members),),
        relations=(store(("identity", "relations"), "all", RELATIONS, links),),
        fingerprints=(store(("identity", "fingerprints"), MONTH, FINGERPRINTS, prints),),
        items=(store(("catalog", "folders"), MONTH, ITEMS, items),),
        temp_directory=folder / "scratch",
    )
