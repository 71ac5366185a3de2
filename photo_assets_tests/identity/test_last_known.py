"""The last known content is kept, whatever happens to its file and the cache."""

import os
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.record import ContentKey
from photo_assets.identity.last_known import ASSET, copy_moved_rows
from photo_assets.identity.monthly import due_months
from photo_assets.model.vocabulary import Availability
from photo_assets_tests.identity.fingerprints.material import photo
from photo_assets_tests.identity.monthly import FEBRUARY, JANUARY, Collection
from photo_assets_tests.repetition import combinations

AWAY = (Availability.OFFLINE, Availability.MISSING)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """Two pictures of January and one of February, fingerprinted."""
    found = Collection(tmp_path)
    found.add("one", 1)
    found.add("two", 2)
    found.add("three", 3, month=2)
    found.make()
    return found


@pytest.mark.parametrize(
    ("availability", "cache_is_lost", "state_is_known"),
    combinations(
        AWAY,
        (False, True),
        (False, True),
        everyday=[
            (Availability.OFFLINE, True, True),
            (Availability.MISSING, True, False),
            (Availability.OFFLINE, False, False),
        ],
    ),
)
def test_an_unavailable_file_causes_no_rewrite(
    collection: Collection,
    availability: Availability,
    cache_is_lost: bool,
    state_is_known: bool,
) -> None:
    digest = collection.lake.digest(ASSET, JANUARY)
    before = collection.rows()
    collection.unplug("one", availability)
    if not state_is_known:
        collection.change("one", file_size=None, file_mtime_ns=None, file_inode=None)
    if cache_is_lost:
        collection.lose_cache()
    assert collection.make() == [JANUARY]
    assert collection.rows() == before
    assert collection.lake.digest(ASSET, JANUARY) == digest


def test_a_returning_file_keeps_its_fingerprint(collection: Collection) -> None:
    before = collection.rows()
    away = collection.unplug("one")
    collection.make()
    away.rename(collection.files / "one.jpg")
    collection.see("one")
    collection.make()
    assert collection.rows() == before


def test_other_bytes_in_its_place_replace_the_fingerprint(collection: Collection) -> None:
    before = collection.rows()["one"]
    collection.unplug("one")
    collection.make()
    photo(collection.files, "one.jpg", 9)
    collection.see("one")
    collection.make()
    row = collection.rows()["one"]
    assert row["status"] == "ok"
    assert row["sha256"] != before["sha256"]
    assert row["phash"] != before["phash"]


@pytest.mark.parametrize("cache_is_lost", [False, True])
def test_an_item_keeps_its_fingerprint_when_its_month_changes(
    collection: Collection, cache_is_lost: bool
) -> None:
    """Both ways: January is made first and would forget; February is made first and has none."""
    january, february = collection.rows(), collection.rows(FEBRUARY)
    collection.unplug("one")
    collection.unplug("three")
    one, three = collection.items["one"], collection.items["three"]
    collection.change("one", capture_time=three.capture_time)
    collection.change("three", capture_time=one.capture_time)
    if cache_is_lost:
        collection.lose_cache()
    assert collection.make() == [JANUARY, FEBRUARY]
    assert collection.rows() == {
        "two": january["two"],
        "three": {**february["three"], "month": JANUARY},
    }
    assert collection.rows(FEBRUARY) == {"one": {**january["one"], "month": FEBRUARY}}


def test_a_run_killed_between_two_months_loses_nothing(collection: Collection) -> None:
    january = collection.rows()
    collection.unplug("one")
    collection.change("one", capture_time=collection.items["three"].capture_time)
    collection.lose_cache()
    collection.make([JANUARY])
    assert set(collection.rows()) == {"two"}
    assert due_months(collection.lake, {}) == [FEBRUARY], "what was handed over leaves it due"
    collection.make()
    assert collection.rows(FEBRUARY)["one"] == {**january["one"], "month": FEBRUARY}
    assert due_months(collection.lake, {}) == []


def test_rows_of_the_new_month_are_newer(collection: Collection) -> None:
    collection.change("one", capture_time=collection.items["three"].capture_time)
    photo(collection.files, "one.jpg", 9)
    collection.see("one")
    collection.write_items()
    january = collection.rows()
    collection.make([FEBRUARY])
    newer = collection.rows(FEBRUARY)["one"]
    assert newer["sha256"] != january["one"]["sha256"]
    copy_moved_rows(collection.lake, [JANUARY, FEBRUARY])
    assert collection.rows(FEBRUARY)["one"] == newer


def test_a_damaged_month_is_rebuilt_from_the_cache(collection: Collection) -> None:
    before = collection.rows()
    collection.unplug("one")
    collection.lake.path(ASSET, JANUARY).write_bytes(b"PAR1 half a table")
    collection.make()
    assert collection.rows() == before


def test_content_that_was_never_read_is_unavailable_with_a_reason(collection: Collection) -> None:
    collection.add("four", 4)
    collection.unplug("four", Availability.MISSING)
    collection.change("four", file_size=None, file_mtime_ns=None, file_inode=None)
    collection.make()
    row = collection.rows()["four"]
    assert (row["status"], row["reason"], row["sha256"]) == ("unavailable", "missing", None)


def refuse(path: Path) -> None:
    path.chmod(0)


def become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def become_a_link(path: Path) -> None:
    path.rename(path.with_suffix(".real"))
    path.symlink_to(path.with_suffix(".real"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(
            refuse,
            "permission_denied",
            marks=pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything"),
        ),
        (become_a_folder, "not_a_file"),
        (become_a_link, "not_a_file"),
        (Path.unlink, None),
    ],
)
@pytest.mark.parametrize("cache_is_lost", [False, True])
def test_an_unreadable_file_keeps_its_values(
    collection: Collection, change: Any, reason: str | None, cache_is_lost: bool
) -> None:
    """It was online when its catalog was read; its stat is another than the one known."""
    before = collection.rows()["one"]
    change(collection.files / "one.jpg")
    collection.change("one", file_mtime_ns=5)
    if cache_is_lost:
        collection.lose_cache()
    collection.make()
    row = collection.rows()["one"]
    assert row.pop("unread_reason") == reason
    assert (row.pop("unread_detail") is None) is (reason is None)
    assert row == {name: value for name, value in before.items() if not name.startswith("unread")}


def damage(archive: Path) -> None:
    archive.write_bytes(b"no archive" * 99)


def replace_by_another(archive: Path) -> None:
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("other.jpg", b"other")


@pytest.mark.parametrize(
    ("change", "cache_is_lost"),
    combinations(
        (Path.unlink, damage, replace_by_another),
        (False, True),
        everyday=[(Path.unlink, False), (damage, True), (replace_by_another, True)],
    ),
)
def test_an_entry_keeps_its_values_while_its_archive_is_unreadable(
    collection: Collection, change: Any, cache_is_lost: bool
) -> None:
    archive = collection.files / "takeout-001.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.write(collection.files / "two.jpg", "four.jpg")
    collection.items["four"] = replace(
        collection.items["two"],
        native_id="four",
        path=str(archive),
        member="four.jpg",
        file_mtime_ns=None,
    )
    collection.make()
    before = collection.rows()
    assert before["four"]["sha256"] == before["two"]["sha256"]
    change(archive)
    collection.change("two", rating=3)
    if cache_is_lost:
        collection.lose_cache()
    assert collection.make() == [JANUARY]
    row = collection.rows()["four"]
    assert (row["unread_reason"] is not None) is (change is damage)
    row.update(unread_reason=None, unread_detail=None)
    assert row == before["four"]


def test_a_new_recipe_marks_the_values_of_an_unavailable_file(
    collection: Collection,
) -> None:
    """As if all had been read by a version with an older recipe of EXIF."""
    newest = collection.rows()
    with closing(FingerprintCache(collection.cache)) as cache:
        keys = [
            ContentKey(i.path or "", None, i.file_size or 0, i.file_mtime_ns or 0, i.file_inode)
            for i in collection.items.values()
        ]
        aged = {key: replace(record, exif_recipe=1) for key, record in cache.get(keys).items()}
        assert len(aged) == 3
        cache.put(aged)
    away = collection.unplug("one")
    collection.make()
    digests, _, *others = newest["one"]["recipe"].split(".")
    old = {**newest["one"], "recipe": ".".join([digests, "1", *others])}
    assert collection.rows() == {"one": old, "two": newest["two"]}
    collection.lose_cache()
    collection.add("four", 4)
    collection.make()
    assert collection.rows()["one"] == old
    away.rename(collection.files / "one.jpg")
    collection.see("one")
    collection.make()
    assert collection.rows()["one"] == newest["one"]
