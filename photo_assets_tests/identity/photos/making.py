"""Items, fingerprints and runs for the tests of the identity join."""

import dataclasses
import hashlib
import itertools
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.identity.photos import MasterHierarchy, PhotoInputs, PhotoTables, build_photos
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.item import Item, Link
from photo_assets.model.rows import items_to_table
from photo_assets.model.tables import FINGERPRINTS
from photo_assets.model.vocabulary import LinkKind, MediaKind
from photo_assets_tests.configured import default_hierarchy, photo_inputs

TODAY = date(2026, 1, 31)
Key = tuple[str, str, str]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Thing:
    """An entry and, if `content` is given, the result of reading its file."""

    source: str = "folders"
    catalog: str = "nas"
    id: str
    content: bytes | None = None
    image: bytes | None = None  # None: the image data of the content
    sides: tuple[int, int] | None = None
    exif: str | None = None
    flat: bool = False
    links: tuple[Link, ...] = ()
    more: tuple[tuple[str, Any], ...] = ()  # other fields of the item
    status: str = "ok"

    @property
    def key(self) -> Key:
        return (self.source, self.catalog, self.id)

    def item(self) -> Item:
        values: dict[str, Any] = {
            "media_type": "image/jpeg",
            "media_kind": MediaKind.IMAGE,
            "path": f"/{self.source}/{self.catalog}/{self.id}",
            **dict(self.more),
        }
        return Item(
            source=self.source,
            catalog=self.catalog,
            native_id=self.id,
            reader_version=1,
            links=self.links,
            **values,
        )

    def fingerprint(self, month: str) -> dict[str, Any] | None:
        if self.content is None and self.status == "ok":
            return None
        row: dict[str, Any] = dict.fromkeys(FINGERPRINTS.schema.names)
        row |= dict(zip(("source", "catalog", "native_id"), self.key, strict=True))
        row |= {"month": month, "status": self.status}
        if self.content is not None:
            data = self.image if self.image is not None else b"pixels of " + self.content
            row |= {
                "sha256": hashlib.sha256(self.content).digest(),
                "md5": hashlib.md5(self.content).digest(),
                "sha1": hashlib.sha1(self.content).digest(),
                "file_size": len(self.content),
                "image_data_sha256": hashlib.sha256(data).digest(),
                "image_data_method": "jpeg",
                "exif": self.exif,
                "flat": self.flat,
                "width": self.sides[0] if self.sides else None,
                "height": self.sides[1] if self.sides else None,
            }
        return row


def link(kind: LinkKind, target: str, detail: str | None = None) -> Link:
    return Link(kind=kind, target=target, detail=detail)


def exif(time: str, serial: str = "1") -> str:
    return (
        f'{{"capture_time":"{time}","capture_precision":"second","camera_make":"C",'
        f'"camera_model":"M","camera_serial":"{serial}"}}'
    )


_NUMBER = itertools.count()


def store(folder: Path, things: Iterable[Thing]) -> PhotoInputs:
    """Write one file per (catalog, month), in the given order, and return the inputs."""
    folder = folder / f"run{next(_NUMBER)}"
    folder.mkdir(parents=True)
    items: dict[tuple[str, str, str], list[Item]] = {}
    prints: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for thing in things:
        item = thing.item()
        month = items_to_table([item], TODAY)["month"][0].as_py()
        place = (thing.source, thing.catalog, month)
        items.setdefault(place, []).append(item)
        row = thing.fingerprint(month)
        if row is not None:
            prints.setdefault(place, []).append(row)
    paths: dict[str, list[Path]] = {"items": [], "prints": []}
    for number, rows in enumerate(items.values()):
        paths["items"].append(folder / f"items {number}'[x]*.parquet")
        pq.write_table(items_to_table(rows, TODAY), paths["items"][-1])
    for number, found in enumerate(prints.values()):
        paths["prints"].append(folder / f"prints {number}.parquet")
        table = pa.Table.from_pylist(found, schema=FINGERPRINTS.schema)
        pq.write_table(table, paths["prints"][-1])
    return photo_inputs(
        items=tuple(paths["items"]),
        fingerprints=tuple(paths["prints"]),
        threads=1,
        temp_directory=folder / "spill",  # a killed run leaves it behind
    )


def run(
    folder: Path,
    registry: PhotoRegistry,
    things: Iterable[Thing],
    hierarchy: MasterHierarchy | None = None,
) -> PhotoTables:
    return build_photos(store(folder, things), registry, hierarchy or default_hierarchy())


def ids(tables: PhotoTables) -> dict[Key, str]:
    """Return item -> photo; fails if an item is in two photos."""
    rows = tables.members.to_pylist()
    found = {(r["source"], r["catalog"], r["native_id"]): r["photo_id"] for r in rows}
    assert len(found) == len(rows)
    return found


def groups(tables: PhotoTables) -> set[frozenset[Key]]:
    """Return the sets of items that are one photo."""
    by_photo: dict[str, set[Key]] = {}
    for key, photo in ids(tables).items():
        by_photo.setdefault(photo, set()).add(key)
    return {frozenset(keys) for keys in by_photo.values()}


def same(tables: PhotoTables, *things: Thing) -> bool:
    found = ids(tables)
    return len({found[thing.key] for thing in things}) == 1


def rows(table: pa.Table) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    return found
