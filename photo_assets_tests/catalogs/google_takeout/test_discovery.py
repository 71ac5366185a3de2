"""Takeout through discovery: rows that a damaged or missing part cannot shrink."""

from pathlib import Path

from photo_assets.catalogs.discovery.discover import catalog_folder, discover
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.model.item import Item
from photo_assets.model.rows import row_to_item
from photo_assets.model.vocabulary import Availability, LinkKind
from photo_assets_tests.catalogs.google_takeout.export import (
    ROOT,
    YEAR,
    album_json,
    catalog,
    jpeg,
    photo_json,
    unpack,
    write_part,
)


def rows_after(source: Path, staging: Path) -> dict[str, Item]:
    """Discover and return every row of the resulting table."""
    discovery = discover(catalog(source), staging)
    assert discovery.accounting.balanced
    assert discovery.manifest is not None
    folder = catalog_folder(staging, "google_takeout", "test")
    tables = [read_part(folder, part) for part in discovery.manifest.months.values()]
    items = [row_to_item(row) for table in tables for row in table.to_pylist()]
    return {item.native_id: item for item in items}


def test_rows_outlive_the_parts_they_came_from(tmp_path: Path) -> None:
    source, staging = tmp_path / "takeout", tmp_path / "staging"
    media = {f"{YEAR}/{n}.jpg": jpeg(n) for n in range(8)}
    jsons = {
        f"{name}.json": photo_json(name.rpartition("/")[2], description="said") for name in media
    }
    album = {f"{ROOT}/Trip/0.jpg": jpeg(0), f"{ROOT}/Trip/m.json": album_json("Trip")}
    write_part(source, 1, media)
    middle = write_part(source, 2, jsons | {f"{YEAR}/only-here.jpg": jpeg(99)}, "tgz")
    write_part(source, 3, album)
    whole = rows_after(source, staging)
    assert len(whole) == 10
    assert sum(item.caption == "said" for item in whole.values()) == 9

    content = middle.read_bytes()
    middle.write_bytes(content[: len(content) // 3])
    assert rows_after(source, staging) == whole

    middle.rename(tmp_path / "gone.tgz")
    assert rows_after(source, staging) == whole

    middle.write_bytes(content)
    write_part(source, 4, {f"{ROOT}/Trip/1.jpg.json": photo_json("1.jpg", description="said")})
    again = rows_after(source, staging)
    assert set(again) == set(whole)
    assert [album.path for album in again[f"{YEAR}/1.jpg"].albums] == [("Trip",)]
    assert all(item.availability is Availability.ONLINE for item in again.values())


def test_an_unpacked_album_that_gets_another_name_is_the_same_photos(tmp_path: Path) -> None:
    source, staging = tmp_path / "takeout", tmp_path / "staging"
    entries: dict[str, bytes] = {f"{ROOT}/Trip/m.json": album_json("Trip")}
    for number in range(4):
        for folder in (YEAR, f"{ROOT}/Trip"):  # Google puts a copy into each album
            entries[f"{folder}/{number}.jpg"] = jpeg(number)
            entries[f"{folder}/{number}.jpg.json"] = photo_json(f"{number}.jpg")
    unpack(source, entries)
    before = rows_after(source, staging)
    assert len(before) == 8
    (source / ROOT / "Trip").rename(source / ROOT / "Best")
    after = rows_after(source, staging)
    assert set(after) == {name.replace("/Trip/", "/Best/") for name in before}
    for number in range(4):
        firsts = [
            link.target
            for link in after[f"{ROOT}/Best/{number}.jpg"].links
            if link.kind is LinkKind.FIRST_ID
        ]
        assert firsts == [f"{ROOT}/Trip/{number}.jpg"]
    assert rows_after(source, staging) == after
