"""The rows made from the lake: complete, repeatable, and without withheld values."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.lake import Lake
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import FINGERPRINTS
from photo_assets.sinks.disclosing import Joined
from photo_assets.sinks.supabase.desired import DesiredRows
from photo_assets.sinks.supabase.tables import KEPT_BY_THE_DATABASE, KEY_OF, TARGETS
from photo_assets_tests.configured import sinks_of
from photo_assets_tests.services.supabase.stack import Stack
from photo_assets_tests.sinks.supabase.lake import MONTH, approved, fill, item
from photo_assets_tests.sinks.supabase.plans import key

Rows = dict[tuple[str, str], dict[str, Any]]


def rows_of(
    lake: Lake, *, gps: bool = True, people: bool = True, archived: bool = True
) -> list[dict[str, Any]]:
    settings = {"people": people, "gps": gps, "archived": archived}
    sinks = sinks_of(supabase=settings, people_roots=["People"])
    desired = DesiredRows(
        Joined(lake=lake, kept=lake.root / "kept", people_roots=["People"]), sinks
    )
    tables = desired.of(desired.partitions())
    return [row for _, table in tables for row in table.to_pylist()]


def by_target(rows: list[dict[str, Any]], target: str) -> list[dict[str, Any]]:
    """Return the contents of a table's rows, without those that are withheld."""
    mine = [row for row in rows if row["target"] == target and not row["withheld"]]
    return [json.loads(row["content"]) for row in mine]


def test_each_thing_is_one_row(tmp_path: Path) -> None:
    rows = rows_of(fill(tmp_path, [item(n) for n in range(3)]))
    assert Counter(row["target"] for row in rows) == {
        "albums": 2,
        "photos": 3,
        "items": 3,
        "photo_albums": 6,
        "fingerprints": 3,
        "conflicts": 3,
    }
    assert len({(row["target"], row["key"]) for row in rows}) == len(rows)
    for row in rows:
        assert json.loads(row["content"])[KEY_OF[row["target"]]] == row["key"]
        of_no_photo = row["target"] == "albums"
        assert row["month"] == (None if of_no_photo else "all")
        assert json.loads(row["content"])["month"] == (None if of_no_photo else MONTH)


def test_the_same_lake_gives_the_same_rows_whatever_the_order(tmp_path: Path) -> None:
    items = [item(n) for n in range(200)]
    one = rows_of(fill(tmp_path / "a", items))
    again = rows_of(fill(tmp_path / "a", items))
    assert sorted(map(str, one)) == sorted(map(str, again))


def test_a_rows_columns_are_those_of_the_database(tmp_path: Path, supabase: Stack) -> None:
    """One that was missing would be emptied, one too many would be refused."""
    rows = rows_of(fill(tmp_path, [item(0)], **approved("A hill")))
    for target in TARGETS:
        found = supabase.execute(
            "select column_name from information_schema.columns"
            " where table_schema = 'public' and table_name = %s",
            target,
        )
        columns = {name for (name,) in found} - KEPT_BY_THE_DATABASE
        contents = by_target(rows, target)
        assert contents and all(set(content) == columns for content in contents), target


def test_values_equal_those_in_the_lake(tmp_path: Path) -> None:
    extras = '{"file_format": "RAW", "unknown": "x"}'
    one = item(0, rating=4, title="Grüße 🏔", duration_s=float("nan"), extras=extras)
    rows = rows_of(fill(tmp_path, [one]))
    (photo,), (found,) = by_target(rows, "photos"), by_target(rows, "items")
    assert (photo["photo_id"], photo["title"]) == (key(0), "Photo 0")
    assert photo["capture_time"] == "2024-05-02T10:30:00"
    assert (photo["sha256"], photo["keywords"]) == ("00" * 32, [["Places", "Lofoten"]])
    assert (found["rating"], found["title"], found["duration_s"]) == (4, "Grüße 🏔", None)
    assert found["people"] == [{"name": "Ada", "region": None, "confirmed": None}]
    assert found["extras"] == {"file_format": "RAW"}
    assert by_target(rows, "fingerprints")[0]["phash"] == "8000000000000001"
    assert by_target(rows, "conflicts")[0]["proposal"] == 3
    album = next(a for a in by_target(rows, "albums") if a["album_key"] == "a1")
    assert (album["album_name"], album["path"]) == ("Lofoten", ["Trips", "Lofoten"])


def test_hashes_of_previews_are_not_sent(tmp_path: Path) -> None:
    lake = fill(tmp_path, [item(0)])
    place = ("identity", "fingerprints")
    (month,) = lake.names(place)
    (row,) = lake.read(place, month, FINGERPRINTS).to_pylist()
    nothing = dict.fromkeys(("sha256", "exif"))
    of_preview = {"status": "unavailable", "hash_basis": "preview", "preview_aspect": 1.5}
    changed = {**row, **nothing, **of_preview, "dhash": 5, "flat": False, "hash_recipe": 4}
    lake.write(
        place, month, FINGERPRINTS, pa.Table.from_pylist([changed], schema=FINGERPRINTS.schema)
    )
    (sent,) = by_target(rows_of(lake), "fingerprints")
    assert (sent["status"], sent["sha256"]) == ("unavailable", None)
    hashes = ("phash", "dhash", "flat", "hash_recipe", "decoder")
    assert [sent[name] for name in hashes] == [None] * 5


def test_coordinates_are_withheld_in_every_column(tmp_path: Path) -> None:
    lake = fill(tmp_path, [item(n) for n in range(4)])
    assert "68.1" in str(rows_of(lake))
    assert "68.1" not in str(rows_of(lake, gps=False))
    assert len(by_target(rows_of(lake, gps=False), "conflicts")) == 2


def test_names_of_people_are_withheld_in_every_column(tmp_path: Path) -> None:
    lake = fill(tmp_path, [item(n, extras='{"faces": ["Ada"]}') for n in range(2)])
    assert "Ada" in str(rows_of(lake))
    assert "Ada" not in str(rows_of(lake, people=False))


def test_an_album_renamed_meanwhile_has_one_name(tmp_path: Path) -> None:
    """Two months read at different times say different names of one album."""
    first, second = item(0), item(1)
    old = tuple(a for a in first.albums if a.id == "a2")
    new = tuple(type(a)(id="a2", path=("Very best",), kind=a.kind) for a in old)
    items = [item(0, albums=old), item(1, albums=new)]
    names = {a["album_name"] for a in by_target(rows_of(fill(tmp_path, items)), "albums")}
    assert names == {"Very best"}
    assert second.albums


def test_nul_and_half_characters_are_replaced_and_noted(tmp_path: Path) -> None:
    extras = r'{"copy_name": "a\u0000b", "json": "\ud83d"}'
    rows = rows_of(fill(tmp_path, [item(0, extras=extras)]))
    (one,) = by_target(rows, "items")
    assert one["extras"] == {"copy_name": "a\ufffdb", "json": "\ufffd"}
    assert [row["note"] for row in rows if row["target"] == "items"] == one["notes"]


def test_a_lake_without_tables_has_no_rows(tmp_path: Path) -> None:
    assert rows_of(Lake(tmp_path)) == []


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    lake = fill(tmp_path, [item(0)])
    lake.path(("metadata", "unified"), "all").write_bytes(b"PAR1 no more")
    with pytest.raises(StorageError, match="unified"):
        rows_of(lake)
