"""Rows that were staged without a scan: the next scan reads everything again and loses nothing."""

from pathlib import Path
from typing import Any

import pytest

from photo_assets.catalogs.discovery.discover import catalog_folder, discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.discovery.restoring import RestoredCatalogs, staged_catalogs
from photo_assets.model.errors import StorageError
from photo_assets.model.rows import item_columns, row_to_item
from photo_assets.model.vocabulary import GONE
from photo_assets_tests.catalogs.discovery.json_catalog import JsonCatalog, write_entries

AT = "2026-01-01T00:00:00+00:00"


def rows(staging: Path) -> dict[str, dict[str, Any]]:
    folder = catalog_folder(staging, "json", "main")
    manifest = load_manifest(folder)
    assert manifest is not None
    parts = (read_part(folder, part) for part in manifest.months.values())
    return {row["native_id"]: row for part in parts for row in part.to_pylist()}


def restored(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as a history gives it back."""
    token = GONE if row["change_token"] == GONE else None
    columns = item_columns(row_to_item({**row, "change_token": token, "raw": None}))
    return {**columns, "month": row["month"], "month_basis": row["month_basis"]}


@pytest.fixture
def catalog(tmp_path: Path) -> JsonCatalog:
    """Forty entries, of which half are not listed any more, as somebody confirmed."""
    catalog, guard = JsonCatalog(tmp_path / "c.json"), Guard(percent=100.0)
    for count in (40, 20):
        entries = [{"id": f"{n:02}", "time": f"20{n + 1:02}-01-01"} for n in range(count)]
        write_entries(catalog.path, entries)
        discover(catalog, tmp_path / "one", guard=guard)
    return catalog


def test_the_next_scan_reads_every_entry_and_holds_no_loss_again(
    catalog: JsonCatalog, tmp_path: Path
) -> None:
    before, staging = rows(tmp_path / "one"), tmp_path / "two"
    into = RestoredCatalogs(staging)
    for row in before.values():
        into.add(restored(row))
    into.stage(AT)
    assert [*staged_catalogs(staging)] == [("json", "main")]
    manifest = load_manifest(catalog_folder(staging, "json", "main"))
    assert manifest is not None
    assert (manifest.items, manifest.missing, manifest.token) == (40, 20, None)
    found = discover(catalog, staging)
    assert (found.accounting.written, found.accounting.unchanged) == (20, 0)
    assert (found.accounting.kept, found.held) == (20, None)
    assert rows(staging) == before
    again = discover(catalog, staging)
    assert again.changed_months == ()


def test_a_catalog_that_is_gone_keeps_its_rows(catalog: JsonCatalog, tmp_path: Path) -> None:
    into = RestoredCatalogs(tmp_path / "two")
    for row in rows(tmp_path / "one").values():
        into.add(restored(row))
    into.stage(AT)
    staged = rows(tmp_path / "two")
    catalog.path.unlink()
    assert discover(catalog, tmp_path / "two").offline is not None
    assert rows(tmp_path / "two") == staged


def test_what_was_accepted_since_is_not_replaced(catalog: JsonCatalog, tmp_path: Path) -> None:
    into = RestoredCatalogs(tmp_path / "one")
    into.add({**next(iter(rows(tmp_path / "one").values())), "title": "older"})
    before = rows(tmp_path / "one")
    into.stage(AT)
    assert rows(tmp_path / "one") == before


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    into = RestoredCatalogs(tmp_path / "file")
    (tmp_path / "file").write_text("no folder")
    into.add({**dict.fromkeys(("raw", "extras")), "source": "json", "catalog": "main"})
    with pytest.raises(StorageError, match="file"):
        into.stage(AT)
