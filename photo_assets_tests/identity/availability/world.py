"""A small collection in four catalogs whose files can be unplugged, and all derived data.

Two worlds with the same history have the same files; only their folder differs. `World.view` is all
known data without the current file locations.
"""

import io
import os
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from PIL import Image

from photo_assets.catalogs.discovery.discover import discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.months import load_staged, pending_months, write_month
from photo_assets.catalogs.registry import SOURCES, build_catalogs
from photo_assets.defs.catalog_states import online_since
from photo_assets.defs.identity.options import fingerprint_options
from photo_assets.defs.identity.photos import join_photos
from photo_assets.defs.joins import metadata_months
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import Recall
from photo_assets.identity.fingerprints.run import FingerprintRun, fingerprint_items
from photo_assets.identity.monthly import MonthMaker, Report, all_months, due_months
from photo_assets.lake.inputs import photo_table
from photo_assets.library import open_workspace
from photo_assets.model.tables import (
    CONFLICTS,
    EDGES,
    FINGERPRINTS,
    ITEMS,
    MEMBERS,
    PHOTOS,
    THUMBNAILS,
    UNIFIED,
    TableKind,
)
from photo_assets.sinks.disclosing import Joined
from photo_assets.sinks.notion.desired import DesiredPages
from photo_assets.sinks.supabase.desired import DesiredRows
from photo_assets.sinks.supabase.settings import SupabaseSettings
from photo_assets.thumbnails import months as thumbnails
from photo_assets_tests.catalogs.eagle.building import LibraryBuilder
from photo_assets_tests.catalogs.google_takeout.export import YEAR, photo_json
from photo_assets_tests.catalogs.lightroom.builder import ROOT, Lrcat

LONG_AGO = 1_500_000_000_123_456_789
ORIGINALS = tuple(f"DSC_{n}.jpg" for n in range(7))
TWINS = {"a.jpg": 0, "trip/b.jpg": 1}
"""Files of the folder `nas` and the original each has the bytes of."""

# Columns about current locations, or how files were read, may differ.
_WHERE = {
    "items": {"availability", "change_token", "item_digest", "file_inode", "file_ctime_ns"},
    "members": {"availability"},
    "photos": {"master_availability"},
    "unified": {"availability"},
    "conflicts": {"values"},
    "fingerprints": set[str](),
    "edges": set[str](),
    "thumbnails": set[str](),
}
_ABOUT_FILES = ("missing_master", "orphaned")


def jpeg(seed: int, taken: datetime | None = None) -> bytes:
    """Return a JPEG unique to its seed, with a capture time in its EXIF."""
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize((64, 48), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    if taken is not None:
        exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
        exif[0x0110] = "Box 1"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def taken(number: int) -> datetime:
    """Return when original `number` was taken: seven photos in five months."""
    return datetime(2020, 1 + number % 5, 3, 10, number)


class World:
    """One collection in `home`; `sync` is what `photosync discover` does, without Dagster."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.disk, self.nas, self.takeout = home / "disk", home / "nas", home / "takeout"
        self.lrcat, self.library = home / "photos.lrcat", home / "ideas.library"
        self._build()
        (home / "photosync.yaml").write_bytes(
            orjson.dumps(
                {
                    "data_dir": "data",
                    "catalogs": {
                        "lightroom": {
                            "main": {"path": str(self.lrcat), "root_map": {ROOT: str(self.disk)}}
                        },
                        "folders": {"nas": {"path": str(self.nas), "settle_seconds": 0}},
                        "eagle": {"ideas": {"path": str(self.library)}},
                        "google_takeout": {"google": {"path": str(self.takeout)}},
                    },
                }
            )
        )
        self.workspace = open_workspace(home / "photosync.yaml")

    def _build(self) -> None:
        with Lrcat(self.lrcat) as catalog:
            folder = catalog.folder(catalog.root())
            for number, name in enumerate(ORIGINALS):
                place(self.disk / name, jpeg(number, taken(number)))
                file = catalog.file(folder, name, importHash=f"1:{name}:{number}")
                catalog.image(file, captureTime=taken(number).isoformat(), rating=float(number % 6))
        for name, number in TWINS.items():
            place(self.nas / name, jpeg(number, taken(number)))
        for number in range(20, 24):
            place(self.nas / f"more/{number}.jpg", jpeg(number, taken(number)))
        eagle = LibraryBuilder(self.library)
        eagle.add("K0", jpeg(2, taken(2)), name="idea", tags=["blue"], star=4)
        eagle.add("K1", jpeg(30), name="other")
        for path in sorted(self.library.rglob("*.jpg")):
            os.utime(path, ns=(LONG_AGO, LONG_AGO))
        self.takeout.mkdir()
        for part, numbers in enumerate(((3, 40), (41,)), 1):
            archive = self.takeout / f"takeout-20240612T103430Z-{part:03}.zip"
            with zipfile.ZipFile(archive, "w") as out:
                for number in numbers:
                    self._pack(out, number)
            os.utime(archive, ns=(LONG_AGO, LONG_AGO))

    def _pack(self, out: zipfile.ZipFile, number: int) -> None:
        name, stamp = f"IMG_{number}.jpg", str(int(taken(number % 5).timestamp()))
        entry = photo_json(name, photoTakenTime={"timestamp": stamp}, favorited=True)
        for inside, content in ((name, jpeg(number, taken(number))), (f"{name}.json", entry)):
            out.writestr(zipfile.ZipInfo(f"{YEAR}/{inside}", (2024, 1, 1, 0, 0, 0)), content)

    def sync(self) -> None:
        """Read the catalogs, write what changed, fingerprint it and join it."""
        workspace, lake = self.workspace, self.workspace.lake
        for source in SOURCES:
            for catalog in build_catalogs(workspace, source):
                discover(catalog, workspace.staging, guard=Guard(percent=100.0))
            staged = load_staged(workspace.staging, source)
            for month in pending_months(staged, lake):
                write_month(staged, lake, month)
        with closing(FingerprintCache(workspace.fingerprint_cache)) as cache:
            self._fingerprint(cache)
        join_photos(workspace)
        for kind in (UNIFIED, CONFLICTS):
            metadata = metadata_months(workspace, kind)
            due = metadata.due()
            for month in due:
                metadata.make(month, due)

    def _fingerprint(self, cache: FingerprintCache) -> None:
        lake, tree = self.workspace.lake, self.workspace.thumbnails
        options, since = fingerprint_options(self.workspace), online_since(self.workspace)

        def read(items: pa.Table, report: Report, recall: Recall) -> FingerprintRun:
            return fingerprint_items(items, cache, options, report, recall)

        months = due_months(lake, since)
        maker = MonthMaker(lake, months, read, since, lambda _done, _total: None)
        for month in months:
            maker.make(month)
        for month in thumbnails.due_months(lake, tree):
            thumbnails.make_month(lake, tree, month, None)

    def view(self) -> dict[str, list[str]]:
        """Return every row of every table as text, sorted, without current file locations."""
        lake = self.workspace.lake
        months = all_months(lake)
        found = {
            "items": [
                row
                for source in lake.catalogs()
                for month in months
                for row in self._rows(ITEMS, ("catalog", source), month)
            ],
            "fingerprints": self._monthly(FINGERPRINTS, ("identity", "fingerprints")),
            "thumbnails": self._monthly(THUMBNAILS, ("vault", "thumbnails")),
        }
        for kind in (PHOTOS, MEMBERS, EDGES):
            found[kind.name] = self._monthly(kind, photo_table(kind))
        for kind in (UNIFIED, CONFLICTS):
            found[kind.name] = self._monthly(kind, ("metadata", kind.name))
        shown = {
            name: [{k: v for k, v in row.items() if k not in _WHERE[name]} for row in rows]
            for name, rows in found.items()
        }
        shown["conflicts"] = [r for r in shown["conflicts"] if r["kind"] not in _ABOUT_FILES]
        shown["sinks"] = self._desired()
        return {name: sorted(self._text(row) for row in rows) for name, rows in shown.items()}

    def photo_ids(self) -> dict[tuple[str, str], str]:
        """Return (source, native id) -> photo."""
        rows = self._monthly(MEMBERS, photo_table(MEMBERS))
        return {(row["source"], row["native_id"]): row["photo_id"] for row in rows}

    def _desired(self) -> list[dict[str, Any]]:
        wanted = SupabaseSettings(people=True, gps=True, archived=True)
        sinks = self.workspace.settings.sinks.model_copy(update={"supabase": wanted})
        joined = Joined.of(self.workspace)
        tables = [
            table
            for desired in (DesiredRows(joined, sinks), DesiredPages(joined, sinks))
            for _, table in desired.of(desired.partitions())
        ]
        found = []
        for row in (row for table in tables for row in table.to_pylist()):
            content = orjson.loads(row["content"])
            if content.get("kind") in _ABOUT_FILES:
                continue
            for name in ("availability", "stated_values"):
                content.pop(name, None)
            found.append({**row, "content": content})
        return found

    def _monthly(self, kind: TableKind, asset: tuple[str, str]) -> list[dict[str, Any]]:
        names = self.workspace.lake.names(asset)
        return [row for month in names for row in self._rows(kind, asset, month)]

    def _rows(self, kind: TableKind, asset: tuple[str, str], name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.workspace.lake.read(asset, name, kind).to_pylist()
        return rows

    def _text(self, row: dict[str, Any]) -> str:
        return repr(sorted(row.items())).replace(str(self.home), "HOME")


def place(path: Path, content: bytes) -> None:
    """Write a file with an old modification time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
