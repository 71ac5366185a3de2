"""The fingerprint cache: exact keys, shared by processes, replaced when damaged."""

import logging
import multiprocessing
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.record import ContentKey, Fingerprint
from photo_assets.model.errors import StorageError
from photo_assets_tests.processes import PROCESSES

TOP = 2**64 - 1


def record(seed: int = 0) -> Fingerprint:
    digest = bytes([seed % 256]) * 32
    return Fingerprint(
        content_size=seed,
        sha256=digest,
        md5=digest[:16],
        sha1=digest[:20],
        digest_recipe=1,
        phash=TOP - seed,
        flat=False,
        exif='{"lens":"Ω"}',
        image_data_sha256=digest,
    )


def key(name: str = "a", inode: int | None = 5, file_mtime_ns: int = 20) -> ContentKey:
    return ContentKey(f"/p/{name}", None, 10, file_mtime_ns, inode)


@pytest.fixture
def cache(tmp_path: Path) -> FingerprintCache:
    return FingerprintCache(tmp_path / "deep" / "cache.sqlite")


texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
keys = st.builds(
    ContentKey,
    texts,
    st.none() | texts.filter(bool),
    st.integers(0, 2**63 - 1),
    st.integers(-(2**63), 2**63 - 1),
    st.none() | st.integers(1, TOP),
)
records = st.builds(
    Fingerprint,
    content_size=st.integers(0, 2**62),
    sha256=st.binary(min_size=32, max_size=32),
    md5=st.binary(min_size=16, max_size=16),
    sha1=st.binary(min_size=20, max_size=20),
    digest_recipe=st.integers(1, 9),
    phash=st.none() | st.integers(0, TOP),
    dhash=st.none() | st.integers(0, TOP),
    flat=st.none() | st.booleans(),
    image_data_sha256=st.none() | st.binary(min_size=32, max_size=32),
    picture_detail=st.none() | texts,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(keys, records, max_size=8))
def test_records_round_trip(
    tmp_path_factory: pytest.TempPathFactory, stored: dict[ContentKey, Fingerprint]
) -> None:
    cache = FingerprintCache(tmp_path_factory.mktemp("cache") / "c.sqlite")
    cache.put(stored)
    found = cache.get(stored)
    assert found.keys() == stored.keys()
    exact = {k for k in stored if k.inode is not None}
    assert {k: found[k] for k in exact} == {k: stored[k] for k in exact}
    cache.close()


def test_thousands_at_once(cache: FingerprintCache) -> None:
    stored = {key(str(n)): record(n) for n in range(3000)}
    cache.put(stored)
    assert cache.get([*stored, key("absent")]) == stored


@pytest.mark.parametrize("field", ["file_size", "file_mtime_ns", "inode"])
def test_another_stat_is_another_content(cache: FingerprintCache, field: str) -> None:
    cache.put({key(): record()})
    assert cache.get([replace(key(), **{field: 99})]) == {}  # type: ignore[arg-type]


def test_an_unknown_inode_matches_any(cache: FingerprintCache) -> None:
    cache.put({key("a", 5): record(1), key("b", None): record(2)})
    assert cache.get([key("a", None)]) == {key("a", None): record(1)}
    assert cache.get([key("b", 7)]) == {key("b", 7): record(2)}


def test_an_exact_inode_is_preferred(cache: FingerprintCache) -> None:
    cache.put({key("a", None): record(1), key("a", 5): record(2), key("a", 6): record(3)})
    assert cache.get([key("a", 5)])[key("a", 5)] == record(2)


def test_entries_of_archives_have_their_own_records(cache: FingerprintCache) -> None:
    plain, entry = ContentKey("/z", None, 1, 2, 3), ContentKey("/z", "m", 1, 2, 3)
    cache.put({entry: record(1)})
    assert cache.get([plain, entry]) == {entry: record(1)}


def test_the_newest_record_of_a_name_is_returned(cache: FingerprintCache) -> None:
    cache.put({key(file_mtime_ns=n): record(n) for n in (3, 9, 5)})
    assert list(cache.get_latest([("/p/a", None), ("/p/b", None)]).values()) == [record(9)]


@pytest.mark.parametrize("damage", ["not a database at all " * 500, ""])
def test_a_damaged_file_is_moved_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    path = tmp_path / "c.sqlite"
    path.write_text(damage)
    cache = FingerprintCache(path)
    with caplog.at_level(logging.WARNING):
        cache.put({key(): record()})
    assert cache.get([key()]) == {key(): record()}
    aside = list(tmp_path.glob("c.sqlite.damaged-*"))
    assert [kept.read_text() for kept in aside] == ([damage] if damage else [])
    assert ("moved to" in caplog.text) is bool(damage)


def test_damage_in_the_middle_is_detected_or_harmless(tmp_path: Path) -> None:
    """Damage each page: no wrong record is returned, and the cache continues to work."""
    stored = {key(str(n)): record(n) for n in range(60)}
    pristine = tmp_path / "pristine.sqlite"
    first = FingerprintCache(pristine)
    first.put(stored)
    first.close()
    content = pristine.read_bytes()
    for page in range(len(content) // 512):
        damaged = bytearray(content)
        for at in range(page * 512, page * 512 + 512, 37):
            damaged[at] ^= 0x55
        path = tmp_path / f"{page}.sqlite"
        path.write_bytes(damaged)
        cache = FingerprintCache(path)
        found = cache.get(stored)
        assert all(stored[k] == value for k, value in found.items())
        cache.put(stored)
        again = cache.get(stored)
        assert all(stored[k] == value for k, value in again.items())
        # A damaged name can hide a row from the index: it is then computed each time, not wrong.
        assert len(again) >= len(stored) - 2
        cache.close()


def test_damage_under_an_open_cache(cache: FingerprintCache) -> None:
    cache.put({key(): record()})
    cache.close()
    cache.path.write_bytes(b"x" * 9000)
    assert cache.get([key()]) == {}
    cache.put({key(): record()})
    assert cache.get([key()]) == {key(): record()}


def test_a_table_with_other_columns_is_recreated(cache: FingerprintCache) -> None:
    cache.path.parent.mkdir()
    with sqlite3.connect(cache.path) as connection:
        connection.execute("CREATE TABLE fingerprint_1 (x)")
    connection.close()
    cache.put({key(): record()})
    assert cache.get([key()]) == {key(): record()}


def test_an_unusable_location_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="file"):
        FingerprintCache(tmp_path / "file" / "c.sqlite").put({key(): record()})


def _fill(path: Path, start: int) -> None:
    cache = FingerprintCache(path)
    for n in range(start, start + 40):
        cache.put({key(str(n)): record(n)})


def test_many_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"damaged " * 1000)  # every one of them reads the damage
    processes = [PROCESSES.Process(target=_fill, args=(path, 40 * n)) for n in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1
    found = FingerprintCache(path).get([key(str(n)) for n in range(120)])
    assert found == {key(str(n)): record(n) for n in range(120)}


def test_a_forked_child_has_its_own_connection(cache: FingerprintCache) -> None:
    cache.put({key("a"): record(1)})
    context = multiprocessing.get_context("fork")
    child = context.Process(target=cache.put, args=({key("b"): record(2)},))
    child.start()
    child.join()
    assert child.exitcode == 0
    assert cache.get([key("a"), key("b")]) == {key("a"): record(1), key("b"): record(2)}


def test_a_file_that_another_process_has_replaced_is_not_moved_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slower process must not treat the new file as the damaged one, losing its records."""
    path, new = tmp_path / "c.sqlite", tmp_path / "new.sqlite"
    path.write_bytes(b"damaged " * 1000)
    faster = FingerprintCache(new)
    faster.put({key("a"): record(1)})
    faster.close()
    connect = sqlite3.connect

    def overtaken(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        if new.exists():
            path.rename(tmp_path / "aside")
            new.rename(path)
        return connection

    monkeypatch.setattr(sqlite3, "connect", overtaken)
    slower = FingerprintCache(path)
    assert slower.get([key("a")]) == {key("a"): record(1)}
    assert list(tmp_path.glob("*.damaged-*")) == []
    slower.close()


def test_a_record_is_found_under_another_path_by_inode_size_and_time(
    cache: FingerprintCache,
) -> None:
    near = [key("a"), key("b"), key("c", inode=6), key("d", file_mtime_ns=21)]
    entry = replace(key("zip"), member="x")
    cache.put({one: record(n) for n, one in enumerate([*near, entry])})
    asked = [key("new"), key("a"), replace(key("moved.zip"), member="x"), key("e", inode=TOP)]
    found = cache.find_elsewhere(asked)
    assert found == {
        key("new"): [("/p/a", record(0)), ("/p/b", record(1))],
        key("a"): [("/p/b", record(1))],
        replace(key("moved.zip"), member="x"): [("/p/zip", record(4))],
    }


def test_a_cache_made_before_the_index_gets_it_and_keeps_its_records(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    first = FingerprintCache(path)
    first.put({key("a"): record(1)})
    first.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP INDEX fingerprint_1_by_inode")
    connection.close()
    later = FingerprintCache(path)
    assert later.find_elsewhere([key("b")]) == {key("b"): [("/p/a", record(1))]}
    assert later.get([key("a")]) == {key("a"): record(1)}
    later.close()


def test_a_search_by_inode_uses_the_index(cache: FingerprintCache) -> None:
    """Without it each batch would read a table of a million rows."""
    from photo_assets.identity.fingerprints.cache import _GET_ELSEWHERE

    cache.put({key("a"): record(1)})
    statement = _GET_ELSEWHERE.format(rows="(?,?,?,?,?,?)")
    with sqlite3.connect(cache.path) as connection:
        values = (0, "/p/b", "", 10, 20, 5)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    connection.close()
    said = " ".join(row[-1] for row in plan)
    assert "SEARCH f USING INDEX fingerprint_1_by_inode" in said
