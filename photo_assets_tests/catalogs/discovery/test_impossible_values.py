"""A value that a row cannot store fails its entry only."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pytest

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.months import load_staged, pending_months, write_month
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.discovery.report import read_report
from photo_assets.catalogs.protocol import KnownItems, Probe
from photo_assets.lake import Lake
from photo_assets.model.events import Failed, Found, ScanEvent
from photo_assets.model.item import Item, Keyword

WILD: list[dict[str, Any]] = [
    {"rating": 9999},
    {"orientation": 70000},
    {"iso": 10**12},
    {"title": "half a pair \ud83d"},
    {"native_id": "\udc00 half a pair"},
    {"file_inode": -5},
    {"capture_time": datetime(2020, 1, 1, tzinfo=UTC)},
    {"added_time": datetime(2020, 1, 1)},
    {"rating": 2.5},
    {"file_size": 10**30},
    {"gps_latitude": float("nan")},
    {"sha256": b"short"},
    {"media_kind": None},
    {"media_kind": "painting"},
    {"keywords": (Keyword(path=("a", "\ud800")),)},
    {"keywords": None},
    {"reader_version": "1"},
]


@dataclass
class ListCatalog:
    """A catalog of the items it is given."""

    items: list[Item] = field(default_factory=list)
    events: list[ScanEvent] = field(default_factory=list)
    name: str = "main"
    settings_digest: str = "1"
    source: ClassVar[str] = "listed"
    reader_version: ClassVar[int] = 1
    ids_are_paths: ClassVar[bool] = True

    def probe(self, deadline: float) -> Probe:
        return Probe(None, f"{len(self.items)} items")

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        yield from (Found(item) for item in self.items)
        yield from self.events


def good(n: int, **values: Any) -> Item:
    base = Item(source="listed", catalog="main", native_id=f"i{n:03d}", reader_version=1)
    return dataclasses.replace(base, capture_time=datetime(2021, n % 12 + 1, 1), **values)


def rows(staging: Path, found: Discovery) -> pa.Table:
    assert found.manifest is not None
    folder = catalog_folder(staging, "listed", "main")
    return pa.concat_tables([read_part(folder, p) for p in found.manifest.months.values()])


@pytest.mark.parametrize("values", WILD, ids=lambda values: ascii(values)[:40])
def test_one_wild_value_costs_one_entry(tmp_path: Path, values: dict[str, Any]) -> None:
    items = [good(n) for n in range(20)]
    items[7] = dataclasses.replace(items[7], **values)
    found = discover(ListCatalog(items), tmp_path)
    assert found.accounting.balanced
    assert (found.accounting.found, found.accounting.written, found.accounting.failed) == (
        20,
        19,
        1,
    )
    assert found.accounting.reasons == {"failed: impossible value": 1}
    assert rows(tmp_path, found).num_rows == 19
    (named,) = read_report(catalog_folder(tmp_path, "listed", "main")).to_pylist()
    assert named["outcome"] == "failed"
    assert named["ref"] == items[7].native_id.encode("utf-8", "replace").decode().replace(
        "?", "\ufffd"
    )
    assert next(iter(values)) in named["detail"]


def test_all_of_them_at_once_among_many(tmp_path: Path) -> None:
    items = [good(n) for n in range(2500)]
    for n, values in enumerate(WILD):
        items[n * 140] = dataclasses.replace(items[n * 140], **values)
    found = discover(ListCatalog(items), tmp_path)
    assert found.accounting.failed == len(WILD)
    assert rows(tmp_path, found).num_rows == 2500 - len(WILD)


def test_the_row_of_an_earlier_scan_is_kept(tmp_path: Path) -> None:
    staging, lake = tmp_path / "staging", Lake(tmp_path / "lake")
    items = [good(n, rating=3) for n in range(12)]
    discover(ListCatalog(items), staging)
    items[4] = dataclasses.replace(items[4], rating=9999)
    found = discover(ListCatalog(items), staging)
    assert found.accounting.failed == 1
    assert found.accounting.kept == 0
    staged = load_staged(staging, "listed")
    for month in pending_months(staged, lake):
        write_month(staged, lake, month)
    (row,) = rows(staging, found).filter(pa.compute.field("native_id") == "i004").to_pylist()
    assert row["rating"] == 3
    assert row["availability"] == "online"


def test_an_impossible_entry_does_not_take_the_id_of_a_possible_one(tmp_path: Path) -> None:
    items = [good(1, rating=9999), good(1, rating=4)]
    found = discover(ListCatalog(items), tmp_path)
    assert (found.accounting.written, found.accounting.failed) == (1, 1)
    assert rows(tmp_path, found)["rating"].to_pylist() == [4]


def test_a_report_accepts_any_name_of_an_entry(tmp_path: Path) -> None:
    failed = Failed("\udce4\x00", "bad", "It is called \ud83d.")
    found = discover(ListCatalog([good(1)], [failed]), tmp_path)
    assert found.accounting.failed == 1
    (named,) = read_report(catalog_folder(tmp_path, "listed", "main")).to_pylist()
    assert named["ref"] == "\ufffd\ufffd"
    assert named["detail"] == "It is called \ufffd."
