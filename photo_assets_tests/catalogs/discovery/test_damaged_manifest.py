"""A damaged record of the last scan is reported and is never taken as a first scan."""

from pathlib import Path

import pytest

from photo_assets.catalogs.discovery.discover import catalog_folder, discover
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.model.errors import StorageError
from photo_assets_tests.catalogs.discovery.json_catalog import (
    JsonCatalog,
    monthly_entries,
    write_entries,
)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"version": 1'])
@pytest.mark.parametrize("name", ["manifest.json", "state.json"])
def test_damage_is_named_and_changes_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    catalog = JsonCatalog(tmp_path / "catalog.json")
    write_entries(catalog.path, monthly_entries(6))
    discover(catalog, tmp_path / "staging")
    folder = catalog_folder(tmp_path / "staging", "json", "main")
    good = (folder / name).read_bytes()
    parts = sorted(folder.rglob("*.parquet"))
    (folder / name).write_bytes(content)
    with pytest.raises(StorageError) as caught:
        discover(catalog, tmp_path / "staging")
    assert str(folder / name) in str(caught.value)
    assert sorted(folder.rglob("*.parquet")) == parts
    (folder / name).write_bytes(good)
    manifest = load_manifest(folder)
    assert manifest is not None
    assert manifest.items == 6


@pytest.mark.parametrize("damage", ["missing", "of another month"])
def test_rows_that_were_lost_from_the_disk_are_not_taken_for_no_rows(
    tmp_path: Path, damage: str
) -> None:
    catalog = JsonCatalog(tmp_path / "catalog.json")
    entries = monthly_entries(27)
    write_entries(catalog.path, entries)
    discover(catalog, tmp_path / "staging")
    folder = catalog_folder(tmp_path / "staging", "json", "main")
    first, *_, last = sorted((folder / "parts").rglob("*.parquet"))
    first.unlink()
    if damage == "of another month":
        last.rename(first)
    month = first.stem[:7]
    changed = [{**e, "rating": 3} if e["time"].startswith(month) else e for e in entries]
    write_entries(catalog.path, changed[1:])
    with pytest.raises(StorageError) as caught:
        discover(catalog, tmp_path / "staging")
    assert str(first) in str(caught.value)
