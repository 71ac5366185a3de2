"""A small lake of the joined tables, for tests of the rows made from it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from photo_assets.lake import Lake
from photo_assets.model.item import Album, Item, Keyword, Person
from photo_assets.model.rows import item_to_row
from photo_assets.model.tables import (
    CONFLICTS,
    FINGERPRINTS,
    ITEMS,
    MEMBERS,
    PHOTOS,
    UNIFIED,
    TableKind,
)
from photo_assets.model.vocabulary import AlbumKind, Availability, MediaKind
from photo_assets_tests.sinks.supabase.plans import key

MONTH = "2024-05-01"
TODAY = date(2026, 1, 1)


def item(number: int, **more: Any) -> Item:
    """Return an item of `lightroom/main` taken in May 2024, in two albums, of Ada."""
    values: dict[str, Any] = {
        "source": "lightroom",
        "catalog": "main",
        "native_id": f"n{number}",
        "reader_version": 1,
        "media_kind": MediaKind.IMAGE,
        "availability": Availability.ONLINE,
        "capture_time": datetime(2024, 5, 2, 10, 30),
        "keywords": (Keyword(path=("Places", "Lofoten")), Keyword(path=("Ada",), person=True)),
        "people": (Person(name="Ada"),),
        "albums": (
            Album(id="a1", path=("Trips", "Lofoten"), kind=AlbumKind.COLLECTION, position=number),
            Album(id="a2", path=("Best",), kind=AlbumKind.COLLECTION),
        ),
        "gps_latitude": 68.1,
        "gps_longitude": 13.6,
        "gps_source": "exif:GPS",
        "extras": '{"secret place": "68.1, 13.6"}',
    }
    return Item(**{**values, **more})


def approved(description: str, *tags: str, by: str = "mara") -> dict[str, Any]:
    """Return the values of a photo in the unified view that `by` approved."""
    asked = {"model": "m", "request": "r"}
    at = datetime(2026, 1, 2, 3, 4, 5, 6, UTC)
    return {
        "ai": {"description": description, "tags": list(tags), "emotion": "calm"},
        "ai_approval": {**asked, "approved_by": by, "approved_at": at},
    }


def _row(kind: TableKind, /, **values: Any) -> dict[str, Any]:
    return {name: values.get(name) for name in kind.schema.names}


def _table(kind: TableKind, rows: Sequence[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=kind.schema)


def fill(root: Path, items: Sequence[Item], **unified: Any) -> Lake:
    """Write a lake in which each item is a photo of its own, numbered from 0."""
    lake = Lake(root)
    rows = [item_to_row(one, TODAY) for one in items]
    lake.write(("catalog", "lightroom"), MONTH, ITEMS, _table(ITEMS, rows))
    members, photos, views, prints, conflicts = [], [], [], [], []
    for number, row in enumerate(rows):
        named = {name: row[name] for name in ("source", "catalog", "native_id", "month")}
        kinds = {"media_kind": "image", "availability": "online"}
        members.append(
            _row(MEMBERS, photo_id=key(number), step=0, is_master=True, **named, **kinds)
        )
        counts = {"item_count": 1, "catalog_count": 1, "blob_count": 1, "conflict_count": 0}
        master = {f"master_{name}": row[name] for name in ("source", "catalog", "native_id")}
        photos.append(
            _row(
                PHOTOS,
                photo_id=key(number),
                month=MONTH,
                sha256=bytes(32),
                master_availability="online",
                media_kind="image",
                **master,
                **counts,
            )
        )
        seen = {"title": f"Photo {number}", "people": ["Ada"], "capture_time": row["capture_time"]}
        seen |= {"gps_latitude": 68.1, "gps_longitude": 13.6, "keywords": [["Places", "Lofoten"]]}
        views.append(
            _row(UNIFIED, photo_id=key(number), month=MONTH, **{**seen, **unified}, **counts)
        )
        exif = '{"gps_latitude": 68.1, "gps_longitude": 13.6, "gps_altitude_m": 3.0, "iso": 100}'
        prints.append(
            _row(FINGERPRINTS, status="ok", sha256=bytes(32), phash=2**63 + 1, exif=exif, **named)
        )
        conflicts.append(
            _row(
                CONFLICTS,
                conflict_id=f"c{number}",
                photo_id=key(number),
                kind="metadata_mismatch",
                field="gps" if number % 2 else "rating",
                proposal='{"latitude": 68.1}' if number % 2 else "3",
                detail="They disagree.",
                evidence_digest=bytes(32),
                month=MONTH,
            )
        )
    lake.write(("identity", "members"), "all", MEMBERS, _table(MEMBERS, members))
    lake.write(("identity", "photos"), "all", PHOTOS, _table(PHOTOS, photos))
    lake.write(("identity", "fingerprints"), MONTH, FINGERPRINTS, _table(FINGERPRINTS, prints))
    lake.write(("metadata", "unified"), "all", UNIFIED, _table(UNIFIED, views))
    lake.write(("metadata", "conflicts"), "all", CONFLICTS, _table(CONFLICTS, conflicts))
    return lake
