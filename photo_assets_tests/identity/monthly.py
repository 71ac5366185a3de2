"""A lake with one folder catalog, for tests that build its months of fingerprints."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import Recall
from photo_assets.identity.fingerprints.run import FingerprintRun, fingerprint_items
from photo_assets.identity.last_known import ASSET
from photo_assets.identity.monthly import MonthMade, MonthMaker, Report, due_months
from photo_assets.lake import Lake
from photo_assets.model.item import Item
from photo_assets.model.rows import items_to_table
from photo_assets.model.tables import FINGERPRINTS, ITEMS
from photo_assets.model.vocabulary import Availability
from photo_assets_tests.identity.fingerprints.material import OPTIONS, item_of, photo

JANUARY, FEBRUARY = "2020-01-01", "2020-02-01"
_CATALOG = ("catalog", "folders")


class Collection:
    """Files, the items of them by month, and the fingerprints made of these."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.lake = Lake(folder / "lake")
        self.cache = folder / "cache.sqlite"
        self.items: dict[str, Item] = {}
        self.made: dict[str, MonthMade] = {}

    def add(self, name: str, seed: int, month: int = 1) -> Path:
        """Write a picture, taken in a month of 2020, and its item."""
        path = photo(self.files, f"{name}.jpg", seed)
        self.items[name] = item_of(path, name, capture_time=datetime(2020, month, 5))
        return path

    def change(self, name: str, **fields: Any) -> None:
        self.items[name] = replace(self.items[name], **fields)

    def see(self, name: str) -> None:
        """Take the state of the item's file as it is now."""
        old = self.items[name]
        self.items[name] = item_of(self.files / f"{name}.jpg", name, capture_time=old.capture_time)

    def unplug(self, name: str, availability: Availability = Availability.OFFLINE) -> Path:
        """Take the file away; the catalog has seen that."""
        path = self.files / f"{name}.jpg"
        away = path.rename(self.files / f"{name}.away")
        self.change(name, availability=availability)
        return away

    def write_items(self) -> None:
        table = items_to_table(self.items.values(), date(2026, 1, 1))
        for month in {JANUARY, FEBRUARY, *self.lake.names(_CATALOG)}:
            rows = table.filter(pc.equal(table["month"], month))
            self.lake.write(_CATALOG, month, ITEMS, rows)

    def make(self, months: Iterable[str] | None = None) -> list[str]:
        """Write the items and make these months, all that are due unless stated; return which."""
        self.write_items()
        due = due_months(self.lake, {}) if months is None else list(months)
        with closing(FingerprintCache(self.cache)) as cache:

            def read(items: pa.Table, report: Report, recall: Recall) -> FingerprintRun:
                return fingerprint_items(items, cache, OPTIONS, report, recall)

            maker = MonthMaker(self.lake, due, read, {}, lambda _done, _total: None)
            for month in due:
                self.made[month] = maker.make(month)
        return due

    def lose_cache(self) -> None:
        for path in self.cache.parent.glob(f"{self.cache.name}*"):
            path.unlink()

    def rows(self, month: str = JANUARY) -> dict[str, dict[str, Any]]:
        """Return the stored rows of a month by native id."""
        table = self.lake.read(ASSET, month, FINGERPRINTS)
        return {row["native_id"]: row for row in table.to_pylist()}
