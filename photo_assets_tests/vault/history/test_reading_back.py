"""Records give back the rows from which they were made, and damage costs what it hits."""

import errno
import json
import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest
from dulwich.pack import PackData
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.model.canonical import canonical
from photo_assets.model.errors import StorageError
from photo_assets.model.item import Item
from photo_assets.model.rows import item_to_row, rows_to_table
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.model.tables import FINGERPRINTS, UNIFIED
from photo_assets.model.vocabulary import GONE
from photo_assets.vault.history.reading_back import Fault, HistoryReader
from photo_assets.vault.history.record_rows import RecordRows, rows_of
from photo_assets.vault.history.records import (
    ITEM_KEY,
    LEFT_OUT,
    OF_ATTEMPTS,
    RECORD_VERSION,
    LedgerFacts,
    photo_path,
    photo_record,
    text_of,
)
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.values import column_value, stated, without_addresses
from photo_assets_tests.model.generated import items
from photo_assets_tests.vault.history.commits import commit
from photo_assets_tests.vault.history.library import HistoryLibrary, Shot
from photo_assets_tests.vault.history.reading import git, photos_of

SOURCES = ("folders",)
PHOTO = "0405ca98-1f86-5485-9e95-d90aa6f2f5d4"
FACTS = LedgerFacts("anchor", "2026-01-01T00:00:00.000000Z", [{"key": "k", "blob": None}])
EXIF = '{"iso":100,"note":"é"}'
FILE = {
    **dict.fromkeys(FINGERPRINTS.schema.names),
    **{"status": "ok", "sha256": bytes(32), "md5": bytes(16), "phash": 2**64 - 1, "flat": False},
    **{"file_mtime_ns": -1, "preview_aspect": 1.5, "exif": EXIF, "recipe": "1.3.4.2"},
    "unread_reason": "of the last attempt",
}


def record_of(item: Item, file: dict[str, Any] | None = None) -> tuple[dict[str, Any], Any]:
    """Return an item's row as a table has it, and its record as the repository has it."""
    (row,) = rows_to_table([item_to_row(item, date(2024, 1, 1))]).to_pylist()
    known = {"step": 1, "blob": None, "blob_size": None, "raw_sha256": None, "file": file}
    made = photo_record(
        {
            "photo_id": PHOTO,
            **{f"master_{name}": row[name] for name in ITEM_KEY},
            "unified": dict.fromkeys(UNIFIED.schema.names),
            "items": [{**row, **known, "listed": row["change_token"] != GONE}],
            **{"conflicts": None, "relations": None},
        },
        FACTS,
    )
    return row, orjson.loads(text_of(made))


_JSON = st.dictionaries(
    st.text(max_size=4), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text("ab:é")
)


@given(items, st.none() | _JSON.map(canonical))
def test_an_item_comes_back_as_it_was(item: Item, extras: str | None) -> None:
    row, record = record_of(replace(item, extras=extras))
    (back,) = rows_to_table(rows_of(record, PHOTO).items).to_pylist()
    for name in set(ITEM_SCHEMA.names) - set(LEFT_OUT) - {"links"}:
        assert back[name] == row[name], name
    assert stated(back["links"]) == without_addresses(stated(row["links"]))
    assert (back["change_token"] == GONE) == (row["change_token"] == GONE)


def test_a_fingerprint_comes_back_as_it_was() -> None:
    item = Item(source="s", catalog="c", native_id="n", reader_version=1, path="/p", member="m")
    row, record = record_of(item, FILE)
    (back,) = rows_of(record, PHOTO).fingerprints
    expected = {**FILE, **{name: row[name] for name in (*ITEM_KEY, "month", "path", "member")}}
    assert back == {**expected, **dict.fromkeys(OF_ATTEMPTS)}


def test_the_first_version_has_the_content_alone() -> None:
    item = Item(source="s", catalog="c", native_id="n", reader_version=1)
    _, record = record_of(item, FILE)
    (instance,) = record["instances"]
    del instance["fingerprint"]
    assert rows_of(record, PHOTO).fingerprints == []  # none was made
    record["schema_version"] = 1
    assert rows_of(record, PHOTO).fingerprints == []  # no content is known
    instance["blob"] = f"sha256:{'ab' * 32}"
    record["blobs"] = [{"digest": instance["blob"], "size": 5}]
    (back,) = rows_of(record, PHOTO).fingerprints
    assert (back["sha256"].hex(), back["file_size"], back["recipe"]) == ("ab" * 32, 5, None)


def test_exif_of_another_form_comes_back_as_it_was() -> None:
    item = Item(source="s", catalog="c", native_id="n", reader_version=1)
    _, record = record_of(item, {**FILE, "exif": '{"b": 1, "a": 2}'})
    (back,) = rows_of(record, PHOTO).fingerprints
    assert back["exif"] == '{"b": 1, "a": 2}'


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("rating", 200), ("rating", "5"), ("rating", True), ("title", 5), ("keywords", [5]),
        ("keywords", [{"path": [None, 5], "person": False}]), ("capture_time", "yesterday"),
        ("capture_time", "2017-01-01T00:00:00Z"), ("added_time", "2017-01-01T00:00:00"),
        ("sha256", "00"), ("sha256", "no hex"), ("gps_latitude", "north"), ("archived", 1),
        ("media_kind", "painting"), ("month", "2017-01-02"), ("month", None),
        ("month", "2026-13-01"), ("month_basis", "guessed"),
    ],
)  # fmt: skip
def test_values_that_no_column_can_hold_are_named(column: str, value: Any) -> None:
    item = Item(source="s", catalog="c", native_id="n", reader_version=1)
    _, record = record_of(item)
    record["instances"][0]["row"][column] = value
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        rows_of(record, PHOTO)


@pytest.mark.parametrize(
    "change",
    [{"status": "zzz"}, {"status": None}, {"exif": 5}, {"exif": "[]"}, {"hash_basis": "guess"}],
)
def test_values_that_no_fingerprint_has_are_named(change: dict[str, Any]) -> None:
    _, record = record_of(Item(source="s", catalog="c", native_id="n", reader_version=1), FILE)
    record["instances"][0]["fingerprint"].update(change)
    with pytest.raises(ValueError):
        rows_of(record, PHOTO)


def test_a_first_version_without_the_blob_of_an_item_is_named() -> None:
    _, record = record_of(Item(source="s", catalog="c", native_id="n", reader_version=1))
    record["schema_version"] = 1
    record["instances"][0]["blob"] = f"sha256:{'ab' * 32}"
    with pytest.raises(KeyError):
        rows_of(record, PHOTO)


@given(st.sampled_from(list(ITEM_SCHEMA)), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
))  # fmt: skip
def test_any_json_value_is_refused_or_fits_its_column(field: Any, value: Any) -> None:
    try:
        found = column_value(field.type, value)
    except (ValueError, TypeError, AttributeError):
        return
    pa.array([found], field.type)


def test_each_file_is_read_back_or_named(history: HistoryLibrary) -> None:
    shots = [Shot(name=name, copies=2) for name in "abcdef"]
    history.put(*shots)
    history.commit()
    folder = history.repository.folder
    record = photos_of(folder)[shots[0].photo_id]
    paths = [photo_path(shot.photo_id) for shot in shots]
    wrong = [
        json.dumps({**record, "schema_version": RECORD_VERSION + 1}),
        json.dumps(record),  # of another photo
        "{",
        json.dumps({**record, "photo_id": shots[3].photo_id, "keys": [{}]}),
    ]
    bad = {path: text.encode() for path, text in zip(paths, wrong, strict=False)}
    other = {(b"photos", b"notes.txt"): b"of a person", (b"ledger", b"audit", b"x.jsonl"): b"[]\n"}
    commit(folder, {**bad, **other}, 2)
    reader = HistoryReader(history.repository, SOURCES)
    found = [*reader.records()]
    assert {one.path.encode() for one in found if isinstance(one, Fault)} == {
        b"/".join(path) for path in bad
    }
    whole = [one for one in found if isinstance(one, RecordRows)]
    assert {one.photo["photo_id"] for one in whole} == {shot.photo_id for shot in shots[4:]}
    assert [len(one.items) for one in whole] == [2, 2]
    assert [one.path for one in reader.ledger_rows() if isinstance(one, Fault)] == [
        "ledger/audit/x.jsonl:1"
    ]


def test_decisions_of_an_earlier_version_were_made_by_people(history: HistoryLibrary) -> None:
    earlier = {
        **dict.fromkeys(("conflict_id", "evidence_digest", "values_seen", "answer"), "x"),
        **{"who": "me", "why": None, "supersedes": None, "decision_id": 1},
        "at": "2026-01-01T00:00:00.000000Z",
    }
    history.put(Shot(name="a"))
    history.commit()
    line = json.dumps(earlier).encode() + b"\n"
    commit(history.repository.folder, {(b"ledger", b"decisions", b"2026-01-01.jsonl"): line}, 2)
    (found,) = HistoryReader(history.repository, SOURCES).ledger_rows()
    assert found == ("decisions", {**earlier, "batch": None, "made_by": "person"})


@pytest.mark.parametrize(
    "change",
    [
        {"source": "../../../../victim"}, {"source": "nosuch"}, {"source": ""},
        {"catalog": "../.."}, {"catalog": "a/b"}, {"catalog": "/tmp"}, {"catalog": "nas\n"},
        {"catalog": ""}, {"catalog": "."}, {"catalog": "a\0"},
    ],
)  # fmt: skip
def test_a_record_of_what_can_be_no_catalog_is_named(
    history: HistoryLibrary, change: dict[str, str]
) -> None:
    history.put(*(Shot(name=name) for name in "ab"))
    history.commit()
    record, _ = photos_of(history.repository.folder).values()
    record["instances"][0].update(change)
    path = photo_path(record["photo_id"])
    commit(history.repository.folder, {path: json.dumps(record).encode()}, 2)
    found = [*HistoryReader(history.repository, SOURCES).records()]
    assert [one.path.encode() for one in found if isinstance(one, Fault)] == [b"/".join(path)]
    assert len(found) == 2


def test_a_record_whose_name_is_no_uuid_is_named(history: HistoryLibrary) -> None:
    history.put(Shot(name="a"))
    history.commit()
    (record,) = photos_of(history.repository.folder).values()
    name = f"{record['photo_id'][:4]}-copy"
    text = json.dumps({**record, "photo_id": name, "keys": [], "instances": []})
    commit(history.repository.folder, {photo_path(name): text.encode()}, 2)
    found = [*HistoryReader(history.repository, SOURCES).records()]
    (fault,) = (one for one in found if isinstance(one, Fault))
    assert (fault.path.endswith("-copy.json"), len(found)) == (True, 2)


@pytest.mark.parametrize("away", ["folder", "errors"])
def test_a_disk_that_is_away_ends_the_reading(
    history: HistoryLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: str
) -> None:
    history.put(*(Shot(name=name) for name in "abcd"))
    history.commit()
    (folder := tmp_path / "copy.git").mkdir()
    shutil.copytree(history.repository.folder, folder, dirs_exist_ok=True)
    reader = HistoryReader(HistoryRepository(folder), SOURCES)
    records = reader.records()
    assert isinstance(next(records), RecordRows)
    reader.repository._objects.close()
    if away == "folder":
        folder.rename(tmp_path / "away.git")
    else:

        def fail(*_: object) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        monkeypatch.setattr(PackData, "__init__", fail)
        monkeypatch.setattr(os, "listdir", fail)
    with pytest.raises(StorageError, match="could not be read"):
        next(records)


def test_a_damaged_object_costs_one_photo_or_one_folder(
    history: HistoryLibrary, tmp_path: Path
) -> None:
    shots = [Shot(name=str(number)) for number in range(40)]
    history.put(*shots)
    history.commit()
    folder = history.repository.folder
    (pack,) = (folder / "objects" / "pack").glob("*.pack")
    content = pack.read_bytes()
    outcomes = set()
    for number in range(0, len(content), max(1, len(content) // 150)):
        copy = tmp_path / str(number)
        shutil.copytree(folder, copy)
        target = copy / "objects" / "pack" / pack.name
        target.chmod(0o644)
        target.write_bytes(
            content[:number] + bytes([content[number] ^ 0xFF]) + content[number + 1 :]
        )
        try:
            found = [*HistoryReader(HistoryRepository(copy), SOURCES).records()]
        except StorageError:
            outcomes.add("all")  # the commit, or the topmost folder
        else:
            faults = [one for one in found if isinstance(one, Fault)]
            assert len(faults) <= 1, number
            assert all(one.path.startswith("photos") for one in faults)
            outcomes.add("one" if faults else "none")
        shutil.rmtree(copy)
    assert "one" in outcomes


def test_a_copy_from_another_clone_heals_damage_and_git_agrees(
    history: HistoryLibrary, tmp_path: Path
) -> None:
    history.put(*(Shot(name=str(number)) for number in range(40)))
    history.commit()
    folder, other = history.repository.folder, tmp_path / "other.git"
    git(tmp_path, "clone", "--bare", "--no-local", "-q", str(folder), str(other))
    whole = [*HistoryReader(HistoryRepository(folder), SOURCES).records()]
    (pack,) = (folder / "objects" / "pack").glob("*.pack")
    content = bytearray(pack.read_bytes())
    for place in range(20, len(content) - 20, 40):
        content[place] ^= 0xFF
    pack.chmod(0o644)
    pack.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        [*HistoryReader(HistoryRepository(folder), SOURCES).records()]
    for file in (other / "objects" / "pack").iterdir():
        shutil.copy(file, folder / "objects" / "pack" / file.name)
    assert [*HistoryReader(HistoryRepository(folder), SOURCES).records()] == whole
    history.put(Shot(name="after"))
    history.commit()
    assert len([*HistoryReader(HistoryRepository(folder), SOURCES).records()]) == 41
