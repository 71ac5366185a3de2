"""Staging rows that are known from elsewhere, as if a scan had found them. No catalog is read.

The next scan reads every entry again: no reader wrote these rows, and they have no change tokens.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import (
    Manifest,
    counts_record,
    load_manifest,
    save_manifest,
)
from photo_assets.catalogs.discovery.parts import MonthBuckets, write_part
from photo_assets.model.events import Accounting
from photo_assets.model.vocabulary import GONE
from photo_assets.system.durable import require_directory
from photo_assets.system.file_lock import file_lock

NO_READER: Final = 0
"""The version of a reader that no catalog has: rows of it are read again."""


def staged_catalogs(staging: Path) -> Iterator[tuple[str, str]]:
    """Yield the source and name of every catalog that has accepted rows."""
    for manifest in sorted(staging.glob("*/*/manifest.json")):
        yield manifest.parts[-3], manifest.parts[-2]


class RestoredCatalogs:
    """Collects rows of any catalogs, then stages them, a catalog at a time."""

    def __init__(self, staging: Path) -> None:
        self._staging = staging
        self._buckets: dict[tuple[str, str], MonthBuckets] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        """Add one row of `model.tables.ITEMS`."""
        key = (row["source"], row["catalog"])
        if key not in self._buckets:
            folder = catalog_folder(self._staging, *key)
            shutil.rmtree(folder / "spill", ignore_errors=True)
            self._buckets[key] = MonthBuckets(folder / "spill")
        self._buckets[key].add(dict(row))

    def stage(self, at: str) -> None:
        """Accept the rows of each catalog that has none yet. `at`: when they were known, ISO time.

        Raises `StorageError`. A catalog's manifest is written last.
        """
        for (source, name), buckets in sorted(self._buckets.items()):
            folder = catalog_folder(self._staging, source, name)
            require_directory(folder)
            with file_lock(folder / ".lock"):
                if load_manifest(folder) is None:
                    save_manifest(folder, _staged(folder, source, name, buckets, at))
            shutil.rmtree(folder / "spill", ignore_errors=True)


def _staged(folder: Path, source: str, name: str, buckets: MonthBuckets, at: str) -> Manifest:
    months, rows, missing = {}, 0, 0
    for month in buckets.months():
        table: pa.Table = buckets.take(month)
        rows += table.num_rows
        missing += pc.sum(pc.equal(table["change_token"], GONE)).as_py() or 0
        months[month] = write_part(folder, month, table, buckets.leave_on_disk)
    present = rows - missing
    return Manifest(
        source=source,
        catalog=name,
        reader_version=NO_READER,
        settings_digest="",
        token=None,
        summary="restored from the history",
        scanned_at=at,
        duration_s=0.0,
        items=rows,
        missing=missing,
        accounting=counts_record(Accounting(found=present, written=present)),
        months=months,
    )
