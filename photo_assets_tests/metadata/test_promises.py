"""Properties over random collections: nothing lost, order irrelevant, nothing rewritten."""

import dataclasses
import resource
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photo_assets.configuration.metadata import MetadataSettings
from photo_assets.lake import Lake
from photo_assets.metadata import (
    FieldRules,
    MetadataTables,
    build,
    build_conflicts,
    build_metadata,
    build_unified,
    staging,
)
from photo_assets.metadata.fields import FACTS, FILE_FACTS, SET_NAMES, ExifRole, provenance_field
from photo_assets.metadata.values import to_json
from photo_assets.model.errors import StorageError
from photo_assets.model.item import Item
from photo_assets.model.tables import CONFLICTS, UNIFIED
from photo_assets_tests.configured import default_rules
from photo_assets_tests.metadata.collection import Collection, item
from photo_assets_tests.metadata.random_photos import random_collection

SETTLING = FieldRules.from_settings(
    MetadataSettings.model_validate(
        {
            "settle": ["rating", "capture_time", "gps", "title", "camera_model"],
            "rules": {"title": "latest"},
            "source_order": ["exif", "flickr", "lightroom/old"],
        }
    )
)
RULES = {"default": default_rules(), "settling": SETTLING}

Key = tuple[str, str, str]


def said_value(fact: Any, speaker: Any) -> Any:
    """Return the JSON of the value that an item or EXIF record states, None if nothing."""
    columns = [getattr(speaker, name, None) for name in fact.columns]
    if any(column is None for column in (columns if fact.name == "gps" else columns[:1])):
        return None
    if isinstance(columns[0], str) and not columns[0].strip():
        return None
    return orjson.loads(orjson.dumps(to_json(fact, columns)))


def shown_value(fact: Any, row: dict[str, Any]) -> Any:
    columns = [row[name] for name in fact.columns]
    return None if columns[0] is None else orjson.loads(orjson.dumps(to_json(fact, columns)))


def lost(collection: Collection, tables: MetadataTables) -> list[str]:
    """Return every stated value that is missing from the results."""
    rows = {row["photo_id"]: row for row in tables.unified.to_pylist()}
    in_conflict: dict[tuple[str, str, Key], Any] = {}
    for conflict in tables.conflicts.to_pylist():
        for value in conflict["values"]:
            key = (value["source"], value["catalog"], value["native_id"])
            in_conflict[conflict["photo_id"], conflict["field"], key] = orjson.loads(value["value"])
    missing = []
    for index, photo in enumerate(collection.photos):
        row = rows[collection.photo_id(index)]
        named = {
            (p["field"], (p["source"], p["catalog"], p["native_id"])) for p in row["provenance"]
        }
        speakers: list[tuple[Key, Any]] = []
        for each in photo:
            key = (each.source, each.catalog, each.native_id)
            speakers.append((key, each))
            if key in collection.exif:
                carrier = f"{each.source}/{each.catalog}"
                speakers.append((("exif", carrier, each.native_id), collection.exif[key]))
        for key, speaker in speakers:
            for fact in FACTS:
                if key[0] == "exif" and fact.exif is ExifRole.NONE:
                    continue
                value = said_value(fact, speaker)
                if key[0] == "exif" and fact.name == "rating" and value == 0:
                    continue
                found = (
                    value is None
                    or value == shown_value(fact, row)
                    or (fact.name, key) in named
                    or in_conflict.get((row["photo_id"], fact.name, key)) == value
                )
                if not found:
                    missing.append(f"{fact.name} {value} of {key}")
            if isinstance(speaker, Item):
                missing += lost_names(key, speaker, row, named)
    return missing


def lost_names(key: Key, each: Item, row: dict[str, Any], named: set[Any]) -> list[str]:
    """Return keywords, people and albums of an item that are missing from the row."""
    missing = []
    paths = [tuple(path) for path in row["keywords"]]
    for keyword in each.keywords:
        path = tuple(unicodedata.normalize("NFC", level) for level in keyword.path)
        subsumed = len(path) == 1 and any(p[-1] == path[0] for p in paths)
        if not (path in paths or subsumed) or ("keywords", key) not in named:
            missing.append(f"keyword {path}")
    for person in each.people:
        guess = person.confirmed is False and ("people", key) in named
        if person.name not in row["people"] and not guess:
            missing.append(f"person {person.name}")
    missing += [
        f"album {album.path}"
        for album in each.albums
        if " / ".join(album.path) not in row["albums"]
    ]
    return missing


@pytest.mark.parametrize(
    ("rules", "items"), [(default_rules(), 3_000), (SETTLING, 2_000)], ids=RULES
)
def test_no_stated_value_is_lost(tmp_path: Path, rules: FieldRules, items: int) -> None:
    collection = random_collection(seed=1, items=items)
    tables = collection.build(tmp_path, rules)
    assert lost(collection, tables) == []
    asked_about_titles = tables.summary.conflicts["metadata_mismatch: title"]
    assert bool(asked_about_titles) == ("title" not in rules.settle)
    assert bool(tables.summary.resolved_by_rule["title"]) == ("title" in rules.settle)
    assert tables.summary.items == sum(map(len, collection.photos))


@settings(
    max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(seed=st.integers(0, 2**32), rules=st.sampled_from(list(RULES)))
def test_the_order_of_catalogs_files_and_rows_has_no_effect(
    tmp_path: Path, seed: int, rules: str
) -> None:
    collection = random_collection(seed, items=40)
    folder = tmp_path / f"{seed}-{rules}"
    plain = collection.build(folder / "a", RULES[rules])
    mixed = collection.build(folder / "b", RULES[rules], seed=seed)
    assert plain.unified.equals(mixed.unified)
    assert plain.conflicts.equals(mixed.conflicts)
    assert plain.summary == mixed.summary
    assert lost(collection, plain) == []


@pytest.mark.slow
def test_a_hundred_shuffles_give_the_same_result(tmp_path: Path) -> None:
    collection = random_collection(seed=7, items=2000)
    first = collection.build(tmp_path / "0")
    for seed in range(1, 101):
        again = collection.build(tmp_path / str(seed), seed=seed)
        assert again.unified.equals(first.unified)
        assert again.conflicts.equals(first.conflicts)


def test_the_chunk_size_has_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection = random_collection(seed=3, items=400)
    whole = collection.build(tmp_path / "whole")
    inputs = collection.write(tmp_path)
    with staging.Stage(inputs, default_rules().source_order, chunk_items=37) as stage:
        chunks = list(stage.chunks())
    assert len(chunks) > 5
    monkeypatch.setattr(build, "Stage", partial(staging.Stage, chunk_items=37))
    pieces = build_metadata(inputs, default_rules())
    assert pieces.unified.equals(whole.unified)
    assert pieces.conflicts.equals(whole.conflicts)
    assert pieces.summary == whole.summary


def test_unified_counts_exactly_the_conflicts(tmp_path: Path) -> None:
    tables = random_collection(seed=4, items=800).build(tmp_path)
    counted = Counter(tables.conflicts["photo_id"].to_pylist())
    said = Counter(
        row["photo_id"]
        for row in tables.conflicts.to_pylist()
        if row["kind"] in {"metadata_mismatch", "duplicate", "undecodable"}
    )
    assert len(said) < len(counted), "some are about where files are"
    for row in tables.unified.to_pylist():
        assert row["conflict_count"] == said[row["photo_id"]]
    ids = tables.conflicts["conflict_id"].to_pylist()
    assert len(set(ids)) == len(ids) > 100
    summary = tables.summary
    assert sum(summary.conflicts.values()) == len(ids)
    assert summary.photos_with_conflict == len(counted)
    assert summary.share_without_conflict == 1 - len(counted) / summary.photos


def test_every_value_has_a_provenance(tmp_path: Path) -> None:
    tables = random_collection(seed=5, items=800).build(tmp_path)
    filled: Counter[str] = Counter()
    for row in tables.unified.to_pylist():
        named = {p["field"] for p in row["provenance"]}
        for column, value in row.items():
            name = provenance_field(column)
            if name and value not in (None, []) and column != "media_kind":
                assert name in named, column
        filled.update({f.name: row[f.columns[0]] is not None for f in FACTS})
        filled.update({name: bool(row[name]) for name in SET_NAMES if name != "people"})
        for name, columns in FILE_FACTS.items():
            assert (name in named) == (row[columns[0]] is not None)
    counted = {name: count for name, count in tables.summary.filled.items() if name in filled}
    assert counted == dict(filled)


def test_writing_again_writes_nothing(tmp_path: Path) -> None:
    collection = random_collection(seed=6, items=300)
    inputs = collection.write(tmp_path / "one")
    other = collection.write(tmp_path / "other", seed=9)
    lake = Lake(tmp_path / "lake")
    rules = default_rules()
    for name, kind, stream in (
        ("unified", UNIFIED, build_unified),
        ("conflicts", CONFLICTS, build_conflicts),
    ):
        first = lake.write(("metadata", name), "all", kind, stream(inputs, rules))
        assert first.changed
        for again in (inputs, other, inputs):
            assert not lake.write(("metadata", name), "all", kind, stream(again, rules)).changed


def test_streams_and_tables_are_the_same(tmp_path: Path) -> None:
    inputs = random_collection(seed=8, items=300).write(tmp_path)
    rules = default_rules()
    tables = build_metadata(inputs, rules)
    unified, conflicts = build_unified(inputs, rules), build_conflicts(inputs, rules)
    assert pa.concat_tables(list(unified)).equals(tables.unified)
    assert pa.concat_tables(list(conflicts)).equals(tables.conflicts)
    assert unified.summary == conflicts.summary == tables.summary


def test_no_temporary_files_remain(tmp_path: Path) -> None:
    folder = tmp_path / "a [b]* 'quoted' ?"
    folder.mkdir()
    inputs = random_collection(seed=2, items=50).write(folder)
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}
    stream: Iterator[pa.Table] = iter(build_unified(inputs, default_rules()))
    assert next(stream).num_rows > 0
    del stream  # an interrupted run also cleans up
    build_metadata(inputs, default_rules())
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()} == before
    assert inputs.scratch is not None
    assert list(inputs.scratch.iterdir()) == []


def test_items_not_yet_joined_are_in_no_row(tmp_path: Path) -> None:
    full = random_collection(seed=11, items=40)
    inputs = full.write(tmp_path / "full")
    fewer = Collection(full.photos[:5]).write(tmp_path / "fewer")
    mixed = dataclasses.replace(inputs, photos=fewer.photos, members=fewer.members)
    summary = build_metadata(mixed, default_rules()).summary
    assert (summary.photos, summary.items) == (5, sum(map(len, full.photos[:5])))


def test_unjoined_items_remove_no_photo(tmp_path: Path) -> None:
    # A new catalog fills whole batches with items without a photo; such batches once crashed.
    inputs = random_collection(seed=11, items=40).write(tmp_path / "new")
    old = Collection([[item("eagle", "of before")]]).write(tmp_path / "old")
    mixed = dataclasses.replace(inputs, photos=old.photos, members=old.members)
    tables = build_metadata(mixed, default_rules())
    assert (tables.unified.num_rows, tables.summary.items) == (1, 1)


def test_members_without_an_item_row_remove_no_photo(tmp_path: Path) -> None:
    collection = random_collection(seed=12, items=30)
    inputs = dataclasses.replace(collection.write(tmp_path), items=[], fingerprints=[])
    tables = build_metadata(inputs, default_rules())
    assert tables.unified.num_rows == len(collection.photos)
    assert tables.unified["title"].null_count == tables.unified.num_rows


@pytest.mark.parametrize("what", ["items", "photos", "members", "fingerprints"])
@pytest.mark.parametrize("damage", ["gone", "truncated"])
def test_a_damaged_table_is_reported_and_gives_no_rows(
    tmp_path: Path, what: str, damage: str
) -> None:
    inputs = random_collection(seed=13, items=30).write(tmp_path)
    value = getattr(inputs, what)
    target: Path = value if isinstance(value, Path) else value[0]
    if damage == "gone":
        target.unlink()
    else:
        target.write_bytes(target.read_bytes()[:-20])
    with pytest.raises(StorageError, match=target.name):
        list(build_unified(inputs, default_rules()))
    assert inputs.scratch is not None
    assert list(inputs.scratch.iterdir()) == []


def test_damage_inside_a_table_is_a_readable_error(tmp_path: Path) -> None:
    # Found while streaming joins: after the first rows, damage was raised as a plain OSError.
    inputs = random_collection(seed=13, items=30).write(tmp_path)
    target = inputs.items[0]
    many = pa.concat_tables([pq.read_table(target)] * 40_000)
    pq.write_table(many, target, row_group_size=2048)
    last = pq.read_metadata(target).row_group(many.num_rows // 2048 - 1)
    names = [last.column(k).path_in_schema for k in range(last.num_columns)]
    page = last.column(names.index("title")).data_page_offset
    content = bytearray(target.read_bytes())
    content[page : page + 40] = b"\xff" * 40
    target.write_bytes(content)
    with pytest.raises(StorageError, match="could not be merged"):
        list(build_unified(inputs, default_rules()))


def test_a_full_scratch_disk_is_a_readable_error(tmp_path: Path) -> None:
    inputs = random_collection(seed=13, items=300).write(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(StorageError, match="scratch"):
            list(build_unified(inputs, default_rules()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert inputs.scratch is not None
    assert list(inputs.scratch.iterdir()) == []


def test_tables_without_newer_columns_are_read(tmp_path: Path) -> None:
    """A catalog that was not read since an upgrade has rows of an older schema."""
    inputs = random_collection(seed=6, items=60).write(tmp_path)
    later = ["capture_corrected_from", "archived", "file_ctime_ns"]
    for old in (inputs.items[::2], inputs.items):
        for file in old:
            table = pq.read_table(file)
            pq.write_table(table.drop([n for n in later if n in table.column_names]), file)
        tables = build_metadata(inputs, default_rules())
        assert tables.summary.items >= 60
