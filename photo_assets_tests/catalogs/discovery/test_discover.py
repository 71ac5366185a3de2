"""Discovery keeps every row that it accepted, and accepts a scan completely or not at all."""

import logging
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.manifest import load_manifest, load_state
from photo_assets.catalogs.discovery.months import (
    EMPTY,
    load_staged,
    pending_months,
    read_month,
    write_month,
)
from photo_assets.catalogs.discovery.report import read_report
from photo_assets.lake import Lake
from photo_assets.system.file_lock import file_lock
from photo_assets_tests.catalogs.discovery.json_catalog import (
    JsonCatalog,
    monthly_entries,
    write_entries,
)
from photo_assets_tests.time_limit import PATIENCE_S


class Bench:
    """A JSON catalog, its staging and its lake."""

    def __init__(self, root: Path) -> None:
        self.catalog = JsonCatalog(root / "catalog.json")
        self.staging = root / "staging"
        self.lake = Lake(root / "lake")

    def put(self, entries: list[dict[str, Any]]) -> None:
        write_entries(self.catalog.path, entries)

    def discover(self, **options: Any) -> Discovery:
        found = discover(self.catalog, self.staging, **options)
        assert found.accounting.balanced
        return found

    def store(self) -> list[str]:
        staged = load_staged(self.staging, "json")
        months = pending_months(staged, self.lake)
        for month in months:
            write_month(staged, self.lake, month)
        return months

    def rows(self) -> pa.Table:
        months = self.lake.names(("catalog", "json"))
        return pa.concat_tables([read_month(self.lake, "json", m) for m in months])

    @property
    def folder(self) -> Path:
        return catalog_folder(self.staging, "json", "main")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_every_entry_becomes_a_row_of_its_month(bench: Bench) -> None:
    bench.put(monthly_entries(48))
    found = bench.discover()
    assert found.accounting.written == 48
    assert bench.store() == sorted(found.changed_months)
    rows = bench.rows()
    assert rows.num_rows == 48
    assert len(set(rows["native_id"].to_pylist())) == 48
    assert {m[:7] for m in rows["month"].to_pylist()} == {
        str(t)[:7] for t in rows["capture_time"].to_pylist()
    }


def test_no_change_changes_nothing(bench: Bench) -> None:
    bench.put(monthly_entries(30))
    bench.discover()
    bench.store()
    before = {p: p.stat().st_mtime_ns for p in bench.lake.root.rglob("*.parquet")}
    again = bench.discover()
    assert again.accounting.unchanged == 30
    assert again.changed_months == ()
    assert bench.store() == []
    assert before == {p: p.stat().st_mtime_ns for p in bench.lake.root.rglob("*.parquet")}


def test_a_full_scan_of_the_same_source_changes_nothing(bench: Bench) -> None:
    bench.put(monthly_entries(30))
    bench.discover()
    again = bench.discover(full=True)
    assert again.accounting.unchanged == 0
    assert again.changed_months == ()


def test_one_edit_changes_one_month(bench: Bench) -> None:
    entries = monthly_entries(48)
    bench.put(entries)
    bench.discover()
    bench.store()
    entries[7]["rating"] = 4
    bench.put(entries)
    assert bench.discover().changed_months == (f"{entries[7]['time'][:7]}-01",)
    assert len(bench.store()) == 1


def test_a_moved_capture_date_changes_both_months(bench: Bench) -> None:
    entries = monthly_entries(24)
    bench.put(entries)
    bench.discover()
    bench.store()
    entries[3]["time"] = "2019-05-05T00:00:00"
    bench.put(entries)
    assert bench.discover().changed_months == ("2019-05-01", "2021-04-01")
    bench.store()
    assert bench.rows().num_rows == 24


def test_a_month_that_emptied_is_an_empty_table(bench: Bench) -> None:
    bench.put([{"id": "a", "time": "2020-01-02T00:00:00"}, {"id": "b"}])
    bench.discover()
    bench.store()
    bench.put([{"id": "a", "time": "2020-02-02T00:00:00"}, {"id": "b"}])
    bench.discover()
    assert bench.store() == ["2020-01-01", "2020-02-01"]
    footer = bench.lake.footer(("catalog", "json"), "2020-01-01")
    assert footer is not None
    assert (footer.rows, footer.digest) == (0, EMPTY)
    assert bench.store() == []


def test_an_entry_that_is_gone_stays_and_is_missing(bench: Bench) -> None:
    entries = monthly_entries(100)
    bench.put(entries)
    bench.discover()
    bench.put(entries[1:])
    found = bench.discover()
    assert found.accounting.kept == 1
    bench.store()
    rows = {r["native_id"]: r["availability"] for r in bench.rows().to_pylist()}
    assert len(rows) == 100
    assert rows["i00000"] == "missing"
    assert bench.discover().changed_months == ()


def test_an_entry_that_comes_back_is_read_again(bench: Bench) -> None:
    entries = monthly_entries(100)
    bench.put(entries)
    bench.discover()
    bench.put(entries[1:])
    bench.discover()
    bench.put(entries)
    bench.discover()
    bench.store()
    assert set(bench.rows()["availability"].to_pylist()) == {"online"}


def test_a_bad_entry_keeps_its_last_row(bench: Bench) -> None:
    entries = monthly_entries(50)
    bench.put(entries)
    bench.discover()
    entries[5]["bad"] = True
    bench.put(entries)
    found = bench.discover()
    assert found.accounting.failed == 1
    assert found.changed_months == ()
    report = read_report(bench.folder).to_pylist()
    assert [(r["outcome"], r["ref"]) for r in report] == [("failed", "i00005")]


def test_a_branch_that_cannot_be_listed_keeps_its_rows(bench: Bench) -> None:
    """An unreadable directory is not an empty one: its photos are not marked missing."""
    entries = [*monthly_entries(50), {"id": "sub/1"}, {"id": "sub/2"}]
    bench.put(entries)
    bench.discover()
    bench.put([*entries[:50], {"id": "sub", "prefix": "sub/"}])
    assert bench.discover().changed_months == ()


def test_a_second_entry_under_one_id_is_a_failure(bench: Bench) -> None:
    bench.put([{"id": "a", "rating": 1}, {"id": "a", "rating": 2}])
    found = bench.discover()
    assert (found.accounting.written, found.accounting.failed) == (1, 1)
    bench.store()
    assert bench.rows()["rating"].to_pylist() == [1]


def test_offline_is_not_empty(bench: Bench) -> None:
    bench.put(monthly_entries(20))
    bench.discover()
    bench.store()
    content = bench.catalog.path.read_bytes()
    bench.catalog.path.unlink()
    found = bench.discover()
    assert found.offline is not None
    assert bench.store() == []
    state = load_state(bench.folder)
    assert state is not None
    assert not state.online
    since = state.since
    bench.discover()
    again = load_state(bench.folder)
    assert again is not None
    assert again.since == since

    bench.catalog.path.write_bytes(content)
    assert bench.discover().changed_months == ()
    back = load_state(bench.folder)
    assert back is not None
    assert back.online


def test_two_catalogs_of_one_source_share_a_month(bench: Bench, tmp_path: Path) -> None:
    other = JsonCatalog(tmp_path / "other.json", name="other")
    write_entries(other.path, [{"id": "x", "time": "2020-01-01T00:00:00"}])
    bench.put([{"id": "y", "time": "2020-01-03T00:00:00"}])
    bench.discover()
    discover(other, bench.staging)
    bench.store()
    assert bench.rows()["catalog"].to_pylist() == ["main", "other"]

    other.path.unlink()
    discover(other, bench.staging)
    bench.put([{"id": "y", "time": "2020-01-03T00:00:00", "rating": 5}])
    bench.discover()
    bench.store()
    assert bench.rows()["catalog"].to_pylist() == ["main", "other"]


def test_parts_no_manifest_names_are_swept(bench: Bench) -> None:
    entries = monthly_entries(24)
    bench.put(entries)
    bench.discover()
    for rating in range(1, 4):
        entries[0]["rating"] = rating
        bench.put(entries)
        bench.discover()
    manifest = load_manifest(bench.folder)
    assert manifest is not None
    assert len(list((bench.folder / "parts").rglob("*.parquet"))) == len(manifest.months)


def test_rows_spill_to_disk_and_come_back_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.put(monthly_entries(5000))
    bench.discover()
    calm = load_manifest(bench.folder)
    spilled = Bench(bench.staging.parent / "spilled")
    spilled.catalog.path.parent.mkdir()
    spilled.put(monthly_entries(5000))
    monkeypatch.setattr("photo_assets.catalogs.discovery.parts._SPILL_BYTES", 10_000)
    monkeypatch.setattr("photo_assets.catalogs.discovery.parts._BUFFER_ROWS", 100)
    spilled.discover()
    pressed = load_manifest(spilled.folder)
    assert calm is not None
    assert pressed is not None
    assert calm.months == pressed.months
    assert not (spilled.folder / "spill").exists()


def test_waiting_for_another_run_that_reads_the_catalog_is_told(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "photo_assets")
    bench.put(monthly_entries(3))
    bench.folder.mkdir(parents=True)
    told = threading.Event()

    def note(_record: logging.LogRecord) -> bool:
        told.set()
        return True

    caplog.handler.addFilter(note)
    with file_lock(bench.folder / ".lock"):
        waiting = threading.Thread(target=bench.discover, daemon=True)
        waiting.start()
        assert told.wait(PATIENCE_S)
    waiting.join(PATIENCE_S)
    assert load_manifest(bench.folder) is not None
    (record,) = caplog.records
    assert "is being read by another run" in record.getMessage()
