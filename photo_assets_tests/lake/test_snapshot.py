"""The footers of a snapshot are those of the tables, whatever happens to a file or to the cache."""

import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.lake import DAMAGED, Lake, Snapshot, footer, snapshot
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import RELATIONS

ASSET = ("identity", "relations")
LONG_AGO = 1_700_000_000


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The times of a file identify it at once: `utime` sets them, but not the time of change."""
    monkeypatch.setattr(snapshot, "SETTLED_NS", -1)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files whose footers are read from now on."""
    found: list[Path] = []
    parse = footer._parse

    def counted(path: Path) -> footer.Footer:
        found.append(path)
        return parse(path)

    monkeypatch.setattr(footer, "_parse", counted)
    footer._parse_once.cache_clear()
    return found


def make(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake", footers=tmp_path / "cache")


def cached(tmp_path: Path) -> Path:
    (file,) = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    return file


def write(lake: Lake, name: str, kind: str) -> Path:
    row = {**dict.fromkeys(RELATIONS.schema.names, "x"), "kind": kind}
    table = pa.Table.from_pylist([row], schema=RELATIONS.schema)
    path = lake.write(ASSET, name, RELATIONS, table, extra={"inputs": kind}).path
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def digests(lake: Lake, *names: str) -> list[str | None]:
    """Return the digests of tables as a process finds them that starts now."""
    footer._parse_once.cache_clear()
    tables = Snapshot.of(lake)
    return [tables.digest(ASSET, name) for name in names]


def replace(lake: Lake, path: Path) -> None:
    write(lake, "a", "y")


def replace_at_the_same_time(lake: Lake, path: Path) -> None:
    before = path.stat()
    write(lake, "a", "y")
    after = path.stat()
    assert (after.st_size, after.st_mtime) == (before.st_size, before.st_mtime)


def damage(lake: Lake, path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


def remove(lake: Lake, path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [replace, replace_at_the_same_time, damage, remove])
def test_a_table_that_changed_has_its_new_digest(
    tmp_path: Path, change: Callable[[Lake, Path], None]
) -> None:
    lake = make(tmp_path)
    paths = [write(lake, name, "x") for name in "ab"]
    before = digests(lake, "a", "b", "c")
    assert before == [lake.digest(ASSET, "a"), lake.digest(ASSET, "b"), None]
    assert digests(lake, "a", "b", "c") == before
    change(lake, paths[0])
    after = digests(lake, "a", "b", "c")
    assert after == [lake.digest(ASSET, "a"), before[1], None]
    assert after[0] != before[0]
    assert (after[0] == DAMAGED) == (change is damage)


def test_only_tables_that_changed_are_opened_again(tmp_path: Path, opened: list[Path]) -> None:
    lake = make(tmp_path)
    paths = [write(lake, name, "x") for name in "abc"]
    digests(lake, "a")
    opened.clear()
    digests(lake, *"abc")
    assert opened == []
    write(lake, "b", "y")
    opened.clear()
    digests(lake, *"abc")
    assert opened == paths[1:2]


def test_a_cached_footer_is_the_stored_one(tmp_path: Path) -> None:
    lake = make(tmp_path)
    write(lake, "a", "x")
    stored = lake.footer(ASSET, "a")
    assert [Snapshot.of(lake).footer(ASSET, "a") for _ in range(2)] == [stored, stored]


def test_a_table_that_was_just_written_is_not_cached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = make(tmp_path)
    write(lake, "a", "x")
    monkeypatch.setattr(snapshot, "SETTLED_NS", 1 << 62)
    assert digests(lake, "a") == [lake.digest(ASSET, "a")]
    assert not (tmp_path / "cache").exists()


def test_a_damaged_table_raises_each_time_it_is_asked_for(tmp_path: Path) -> None:
    lake = make(tmp_path)
    damage(lake, write(lake, "a", "x"))
    write(lake, "b", "x")
    tables = Snapshot.of(lake)
    for _ in range(2):
        with pytest.raises(StorageError):
            tables.footer(ASSET, "a")
    assert tables.digest(ASSET, "a") == DAMAGED
    assert tables.digest(ASSET, "b") == lake.digest(ASSET, "b")


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b"0" * 64 + b'{"a": 1}'])
def test_cached_files_may_contain_anything(tmp_path: Path, content: bytes) -> None:
    lake = make(tmp_path)
    write(lake, "a", "x")
    digests(lake, "a")
    cached(tmp_path).write_bytes(content)
    assert digests(lake, "a") == [lake.digest(ASSET, "a")]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    lake = make(tmp_path)
    write(lake, "a", "x")
    (tmp_path / "cache").write_bytes(b"")
    assert digests(lake, "a") == [lake.digest(ASSET, "a")]


def test_a_table_removed_during_the_listing_hides_no_other(tmp_path: Path) -> None:
    lake = make(tmp_path)
    folder = write(lake, "a", "x").parent
    for name in "bcdefgh":
        write(lake, name, "x")
    for name in "12345678":  # a link to nothing is listed and then not found, like a removed file
        (folder / f"{name}.parquet").symlink_to("removed")
    assert Snapshot.of(lake).names(ASSET) == list("abcdefgh")


def test_names_are_those_of_the_lake(tmp_path: Path) -> None:
    lake = make(tmp_path)
    for name in "ba":
        write(lake, name, "x")
    (lake.root.joinpath(*ASSET) / ".c.parquet").write_bytes(b"")
    (lake.root.joinpath(*ASSET) / "d.tmp").write_bytes(b"")
    assert Snapshot.of(lake).names(ASSET) == lake.names(ASSET) == ["a", "b"]
    assert Snapshot.of(lake).names(("no", "asset")) == lake.names(("no", "asset")) == []
