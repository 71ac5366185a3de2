"""Month parts: ordered by native id in any order of reading, at any size, without leftovers."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.catalogs.discovery import parts
from photo_assets.catalogs.discovery.discover import catalog_folder, discover
from photo_assets.catalogs.discovery.parts import (
    MonthBuckets,
    by_native_id,
    part_pieces,
    read_part,
    write_part,
)
from photo_assets.model.errors import StorageError
from photo_assets.model.item import Item
from photo_assets.model.rows import item_to_row, items_to_table
from photo_assets_tests.catalogs.discovery.json_catalog import (
    JsonCatalog,
    monthly_entries,
    write_entries,
)

TODAY = date(2026, 6, 15)


def item(n: int, raw: str | None = None) -> Item:
    time = datetime(2020 + n % 2, 5, 1)
    return Item(
        source="s", catalog="c", native_id=f"{n}", reader_version=1, raw=raw, capture_time=time
    )


def shuffled(count: int) -> pa.Table:
    numbers = list(range(count))
    random.Random(3).shuffle(numbers)
    return items_to_table([item(n, raw=f"{n}é" * 9) for n in numbers], TODAY)


@pytest.mark.parametrize("whole_bytes", [parts._TAKE_WHOLE_BYTES, 0])
def test_rows_are_ordered_in_one_way_however_large_the_table(
    whole_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_TAKE_WHOLE_BYTES", whole_bytes)
    monkeypatch.setattr(parts, "_TAKE_ROWS", 37)
    table = shuffled(500)
    ordered = pa.concat_tables(by_native_id(table))
    assert ordered.schema.equals(table.schema)
    assert ordered.to_pylist() == table.sort_by("native_id").to_pylist()


def test_the_order_of_reading_does_not_show(tmp_path: Path) -> None:
    table = shuffled(300)
    one = write_part(tmp_path / "a", "2020-05-01", table)
    other = write_part(tmp_path / "b", "2020-05-01", table.sort_by([("native_id", "descending")]))
    assert one == other
    assert (tmp_path / "a" / one.file).read_bytes() == (tmp_path / "b" / one.file).read_bytes()
    assert read_part(tmp_path / "a", one)["native_id"].to_pylist()[:3] == ["0", "1", "10"]


@pytest.mark.parametrize(("buffer", "spill"), [(2, 1), (1 << 20, 1), (2, 1 << 30)])
def test_long_records_are_not_gathered_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, buffer: int, spill: int
) -> None:
    monkeypatch.setattr(parts, "_BUFFER_TEXT", buffer)
    monkeypatch.setattr(parts, "_SPILL_BYTES", spill)
    buckets = MonthBuckets(tmp_path / "spill")
    for n in range(100):
        buckets.add(item_to_row(item(n, raw="x" * 1000), TODAY))
        if buffer == 2:
            assert not buckets._rows
    assert buckets.months() == ["2020-05-01", "2021-05-01"]
    got = [buckets.take(month)["native_id"].to_pylist() for month in buckets.months()]
    assert sorted(map(int, got[0] + got[1])) == list(range(100))


@pytest.mark.slow
def test_a_month_of_more_than_two_gibibytes_of_text(tmp_path: Path) -> None:
    raw = "0123456789" * 100_000
    table = items_to_table((item(2 * n, raw=raw) for n in range(1100)), TODAY)
    table = pa.concat_tables(
        [table, items_to_table((item(2 * n, raw=raw) for n in range(1100, 2200)), TODAY)]
    )
    assert table.nbytes > 1 << 31
    part = write_part(tmp_path, "2020-05-01", table)
    ids = read_part(tmp_path, part, ["native_id"])["native_id"].to_pylist()
    assert ids == sorted(str(2 * n) for n in range(2200))


def test_leftovers_of_killed_writers_are_removed(tmp_path: Path) -> None:
    write_entries(tmp_path / "catalog.json", monthly_entries(5))
    catalog = JsonCatalog(tmp_path / "catalog.json")
    discover(catalog, tmp_path / "staging")
    folder = catalog_folder(tmp_path / "staging", "json", "main")
    left = [
        folder / ".17-00000000.tmp",
        folder / "report" / "last" / ".17-00000000.tmp",
        folder / "parts" / "2020" / ".17-00000000.tmp",
    ]
    for path in left:
        path.write_bytes(b"half")
    discover(catalog, tmp_path / "staging")
    assert [path for path in left if path.exists()] == []


@pytest.mark.parametrize("limit", [0, 1 << 30])
def test_rows_that_were_put_aside_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(parts, "_TAKE_WHOLE_BYTES", limit)
    buckets = MonthBuckets(tmp_path / "spill")
    tables = [shuffled(300), shuffled(0), shuffled(7)]
    aside = [buckets.put_aside(one) for one in tables]
    buckets.leave_on_disk()
    assert [one.to_pylist() for one in aside] == [one.to_pylist() for one in tables]
    assert (tmp_path / "spill").exists() == (limit == 0)


def test_a_part_is_read_in_pieces(tmp_path: Path) -> None:
    table = shuffled(20_000)
    part = write_part(tmp_path, "2020-05-01", table)
    pieces = list(part_pieces(tmp_path, part))
    assert [one.num_rows for one in pieces] == [8_192, 8_192, 20_000 - 2 * 8_192]
    assert pa.concat_tables(pieces).equals(read_part(tmp_path, part))
    with pytest.raises(StorageError, match="20000 rows instead of 20001"):
        list(part_pieces(tmp_path, replace(part, rows=20_001)))


_LARGE_MONTH = """
import resource, sys
from datetime import date
from pathlib import Path
from photo_assets.catalogs.discovery.parts import MonthBuckets, part_pieces, write_part
from photo_assets.lake import Lake
from photo_assets.model.item import Item
from photo_assets.model.rows import item_to_row
from photo_assets.model.tables import ITEMS

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

folder = Path(sys.argv[1])
buckets = MonthBuckets(folder / "spill")
for n in range(60_000):
    key = {"source": "s", "catalog": "c", "native_id": f"{n * 7919 % 60_000:06}"}
    one = Item(**key, reader_version=1, raw=f"{n:06}" * 700)
    buckets.add(item_to_row(one, date(2026, 6, 15)))
(month,) = buckets.months()
before = peak()
part = write_part(folder, month, buckets.take(month), buckets.leave_on_disk)
Lake(folder / "lake").write(("catalog", "s"), month, ITEMS, part_pieces(folder, part))
print(round(peak() - before))
"""


def test_a_large_month_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    """60,000 undated items with records of 4 KiB, together 250 MiB."""
    done = subprocess.run(
        [sys.executable, "-c", _LARGE_MONTH, str(tmp_path)],
        env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 400, "MiB; read as a whole, the month takes almost 800"
