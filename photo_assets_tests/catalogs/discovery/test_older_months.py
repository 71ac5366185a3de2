"""Months written before items had a quality are read on, and not written again."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from photo_assets.catalogs.discovery.checking import count_stored, months_of_other_columns
from photo_assets.catalogs.discovery.discover import catalog_folder, discover
from photo_assets.catalogs.discovery.months import (
    load_staged,
    pending_months,
    read_month,
    write_month,
)
from photo_assets.lake import Lake
from photo_assets.model.tables import ITEMS
from photo_assets_tests.catalogs.discovery.json_catalog import (
    JsonCatalog,
    monthly_entries,
    write_entries,
)

OLD = replace(ITEMS, version=2, schema=ITEMS.schema.remove(ITEMS.schema.get_field_index("quality")))


def as_version_2(root: Path, asset: tuple[str, str]) -> None:
    """Write the tables of an asset as version 2 did, under the same digests."""
    lake = Lake(root)
    for name in lake.names(asset):
        footer = lake.footer(asset, name)
        assert footer is not None
        rows: pa.Table = lake.read(asset, name, ITEMS).select(OLD.schema.names)
        lake.path(asset, name).unlink()
        lake.write(asset, name, OLD, rows, digest=footer.digest, extra=footer.extra)


def test_months_without_a_quality_are_read_on_and_not_written_again(tmp_path: Path) -> None:
    source, staging, lake = tmp_path / "c.json", tmp_path / "staging", Lake(tmp_path / "lake")
    entries = monthly_entries(40)
    write_entries(source, entries)
    discover(JsonCatalog(source), staging)
    staged = load_staged(staging, JsonCatalog.source)
    for month in pending_months(staged, lake):
        write_month(staged, lake, month)
    rows = {month: read_month(lake, JsonCatalog.source, month) for month in staged.months()}

    as_version_2(lake.root, ("catalog", JsonCatalog.source))
    folder = catalog_folder(staging, JsonCatalog.source, JsonCatalog(source).name)
    for year in (folder / "parts").iterdir():
        as_version_2(folder, ("parts", year.name))
    assert months_of_other_columns(lake, JsonCatalog.source) == []
    assert pending_months(staged, lake) == []
    assert not count_stored(staged, lake).wrong
    for month, before in rows.items():
        assert read_month(lake, JsonCatalog.source, month).equals(before)

    entries[0]["rating"] = 5
    write_entries(source, entries)
    found = discover(JsonCatalog(source), staging)
    assert len(found.changed_months) == 1
    staged = load_staged(staging, JsonCatalog.source)
    assert tuple(pending_months(staged, lake)) == found.changed_months
    write_month(staged, lake, found.changed_months[0])
    assert pending_months(staged, lake) == []
    assert months_of_other_columns(lake, JsonCatalog.source) == []
