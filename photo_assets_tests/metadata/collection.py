"""A collection of items as stored tables, for the tests of this room."""

import dataclasses
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.media.exif.record import ExifRecord
from photo_assets.metadata import (
    FieldRules,
    MetadataInputs,
    MetadataTables,
    build_metadata,
)
from photo_assets.model.canonical import canonical_json
from photo_assets.model.item import Item
from photo_assets.model.rows import item_to_row, rows_to_table
from photo_assets.model.tables import FINGERPRINTS, MEMBERS, PHOTOS
from photo_assets.model.vocabulary import Availability, MediaKind
from photo_assets_tests.configured import default_rules

TODAY = date(2026, 11, 20)


def item(source: str = "lightroom", native_id: str = "1", **values: Any) -> Item:
    """Return an item, by default of the catalog `<source>/main`."""
    base: dict[str, Any] = {
        "catalog": "main",
        "reader_version": 1,
        "file_name": "IMG_1.JPG",
        "media_kind": MediaKind.IMAGE,
        "media_type": "image/jpeg",
    }
    return Item(source=source, native_id=native_id, **{**base, **values})


@dataclass
class Collection:
    """Photos as lists of items; the first item of each is its master."""

    photos: list[list[Item]]
    exif: dict[tuple[str, str, str], ExifRecord] = field(default_factory=dict)
    sizes: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)
    faults: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    """The fingerprints of files that are not ok: status, reason, detail, sha256."""

    def photo_id(self, index: int) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, str(index)))

    def write(self, folder: Path, seed: int | None = None) -> MetadataInputs:
        """Store the tables; with a seed, rows and files are in another order."""
        shuffle = random.Random(seed)
        items = [item_to_row(each, TODAY) for each in (i for photo in self.photos for i in photo)]
        if seed is not None:
            shuffle.shuffle(items)
        groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for row in items:
            groups.setdefault((row["source"], row["catalog"], row["month"]), []).append(row)
        files = []
        for number, (key, rows) in enumerate(groups.items()):
            target = folder / "catalog" / key[0] / f"{key[1]}-{key[2]}-{number}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(rows_to_table(rows), target)
            files.append(target)
        if seed is not None:
            shuffle.shuffle(files)
        photos, members = self._identity()
        fingerprints = self._fingerprints()
        for rows in (photos, members, fingerprints):
            if seed is not None:
                shuffle.shuffle(rows)
        pq.write_table(pa.Table.from_pylist(photos, PHOTOS.schema), folder / "photos.parquet")
        pq.write_table(pa.Table.from_pylist(members, MEMBERS.schema), folder / "members.parquet")
        pq.write_table(
            pa.Table.from_pylist(fingerprints, FINGERPRINTS.schema), folder / "prints.parquet"
        )
        return MetadataInputs(
            items=files,
            photos=[folder / "photos.parquet"],
            members=[folder / "members.parquet"],
            fingerprints=[folder / "prints.parquet"],
            scratch=folder / "scratch",
        )

    def build(
        self,
        folder: Path,
        rules: FieldRules | None = None,
        decisions: pa.Table | None = None,
        seed: int | None = None,
    ) -> MetadataTables:
        """Write and build, by default with the default rules."""
        folder.mkdir(parents=True, exist_ok=True)
        return build_metadata(self.write(folder, seed), rules or default_rules(), decisions)

    def _identity(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        photos, members = [], []
        for index, group in enumerate(self.photos):
            master = group[0]
            photos.append(
                {
                    "photo_id": self.photo_id(index),
                    "month": item_to_row(master, TODAY)["month"],
                    "uii": f"{index:016x}",
                    "master_source": master.source,
                    "master_catalog": master.catalog,
                    "master_native_id": master.native_id,
                    "master_path": master.path,
                    "master_availability": master.availability.value,
                    "item_count": len(group),
                    "catalog_count": len({(i.source, i.catalog) for i in group}),
                    "blob_count": 1,
                    "media_kind": master.media_kind.value,
                }
            )
            for each in group:
                row = item_to_row(each, TODAY)
                members.append(
                    {
                        "photo_id": self.photo_id(index),
                        **{name: row[name] for name in ("source", "catalog", "native_id", "month")},
                        "is_master": each is master,
                        "media_kind": each.media_kind.value,
                        "availability": each.availability.value,
                    }
                )
        return photos, members

    def _fingerprints(self) -> list[dict[str, Any]]:
        rows = []
        months = {
            (each.source, each.catalog, each.native_id): item_to_row(each, TODAY)["month"]
            for photo in self.photos
            for each in photo
        }
        for key in sorted({*self.exif, *self.sizes, *self.faults}):
            record, size = self.exif.get(key), self.sizes.get(key, (None, None))
            rows.append(
                {
                    **dict(zip(("source", "catalog", "native_id"), key, strict=True)),
                    "month": months.get(key, "2020-01-01"),
                    "status": "ok",
                    "width": size[0],
                    "height": size[1],
                    "exif": canonical_json(record).decode() if record else None,
                    **self.faults.get(key, {}),
                }
            )
        return rows


def one(folder: Path, *items: Item, **kwargs: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the unified row and the conflicts of one photo."""
    extra = {name: kwargs.pop(name) for name in ("exif", "faults") if name in kwargs}
    collection = Collection([list(items)], **extra)
    tables = collection.build(folder, **kwargs)
    return tables.unified.to_pylist()[0], tables.conflicts.to_pylist()


def fields_asked(conflicts: Sequence[dict[str, Any]]) -> set[str]:
    """Return the fields with a conflict."""
    return {c["field"] for c in conflicts if c["kind"] == "metadata_mismatch"}


def online(each: Item) -> Item:
    return dataclasses.replace(each, availability=Availability.ONLINE)
