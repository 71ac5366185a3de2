"""Since when an entry is as visible as it is: the scan that first found it so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from photo_assets.catalogs.discovery.discover import catalog_folder, discover
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets_tests.catalogs.discovery.json_catalog import JsonCatalog, write_entries

DAY = datetime(2026, 11, 1, 8, tzinfo=UTC)
PUBLIC = {"id": "a", "time": "2020-05-01T10:00:00", "seen": "public", "word": "Public"}


class Days:
    """A catalog that is scanned once a day."""

    def __init__(self, root: Path) -> None:
        self.catalog, self.staging, self.day = JsonCatalog(root / "c.json"), root / "staging", 0

    def scan(self, *entries: dict[str, Any], full: bool = False) -> dict[str, int | None]:
        """Return native id -> the day (from 1) since which its visibility is known."""
        self.day += 1
        write_entries(self.catalog.path, [*entries])
        discover(self.catalog, self.staging, now=DAY + timedelta(days=self.day), full=full)
        folder = catalog_folder(self.staging, "json", "main")
        manifest = load_manifest(folder)
        assert manifest is not None
        rows = [r for p in manifest.months.values() for r in read_part(folder, p).to_pylist()]
        return {
            row["native_id"]: row["visibility_since"] and (row["visibility_since"] - DAY).days
            for row in rows
        }


@pytest.fixture
def days(tmp_path: Path) -> Days:
    return Days(tmp_path)


def test_it_stays_while_other_values_change_and_the_month_does(days: Days) -> None:
    plain = {"id": "b"}
    assert days.scan(PUBLIC, plain) == {"a": 1, "b": None}
    assert days.scan(PUBLIC, {**plain, "rating": 2}) == {"a": 1, "b": None}
    assert days.scan({**PUBLIC, "rating": 3}, plain) == {"a": 1, "b": None}
    assert days.scan({**PUBLIC, "time": "2021-02-01T10:00:00"}, plain)["a"] == 1
    assert days.scan({**PUBLIC, "rating": 1}, plain, full=True)["a"] == 1


@pytest.mark.parametrize("change", [{"seen": "private"}, {"word": "Public, Password"}])
def test_it_begins_anew_with_another_level_or_word(days: Days, change: dict[str, str]) -> None:
    days.scan(PUBLIC)
    assert days.scan({**PUBLIC, **change}) == {"a": 2}
    assert days.scan({**PUBLIC, **change, "rating": 1}) == {"a": 2}
    assert days.scan(PUBLIC) == {"a": 4}, "as it was before is a change too"


def test_an_entry_that_disappears_keeps_it_and_one_that_returns_has_it(days: Days) -> None:
    others = [{"id": f"o{n}"} for n in range(30)]
    days.scan(PUBLIC, *others)
    assert days.scan(*others)["a"] == 1
    assert days.scan(PUBLIC, *others)["a"] == 1
