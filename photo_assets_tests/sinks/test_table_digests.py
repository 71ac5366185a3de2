"""Cached digests equal those of the tables, whatever happens to a file or to the cache."""

import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.lake import DAMAGED, Lake
from photo_assets.model.tables import RELATIONS
from photo_assets.sinks.disclosing.table_digests import TableDigests

ASSET = ("identity", "relations")
LONG_AGO = 1_700_000_000


def write(lake: Lake, name: str, kind: str) -> Path:
    row = {**dict.fromkeys(RELATIONS.schema.names, "x"), "kind": kind}
    table = pa.Table.from_pylist([row], schema=RELATIONS.schema)
    return lake.write(ASSET, name, RELATIONS, table).path


def digests(lake: Lake, kept: Path, *names: str) -> list[str | None]:
    """Return the digests of tables as a process finds them that starts now."""
    tables = TableDigests(lake, kept)
    found = [tables.of(ASSET, name) for name in names]
    tables.keep()
    return found


def replace(lake: Lake, path: Path) -> None:
    write(lake, "a", "y")


def replace_at_the_same_time(lake: Lake, path: Path) -> None:
    size = path.stat().st_size
    write(lake, "a", "y")
    assert path.stat().st_size == size
    os.utime(path, (LONG_AGO, LONG_AGO))


def damage(lake: Lake, path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


def remove(lake: Lake, path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [replace, replace_at_the_same_time, damage, remove])
def test_a_table_that_changed_has_its_new_digest(
    tmp_path: Path, change: Callable[[Lake, Path], None]
) -> None:
    lake, kept = Lake(tmp_path / "lake"), tmp_path / "kept"
    paths = [write(lake, name, "x") for name in "ab"]
    for path in paths:
        os.utime(path, (LONG_AGO, LONG_AGO))
    before = digests(lake, kept, "a", "b", "c")
    assert before == [lake.digest(ASSET, "a"), lake.digest(ASSET, "b"), None]
    assert digests(lake, kept, "a", "b", "c") == before
    change(lake, paths[0])
    after = digests(lake, kept, "a", "b", "c")
    assert after == [lake.digest(ASSET, "a"), before[1], None]
    assert after[0] != before[0]
    assert (after[0] == DAMAGED) == (change is damage)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b"0" * 64 + b'{"a": 1}'])
def test_cached_files_may_contain_anything(tmp_path: Path, content: bytes) -> None:
    lake, kept = Lake(tmp_path / "lake"), tmp_path / "kept"
    os.utime(write(lake, "a", "x"), (LONG_AGO, LONG_AGO))
    kept.write_bytes(content)
    assert digests(lake, kept, "a") == [lake.digest(ASSET, "a")]


def test_names_are_those_of_the_lake(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    for name in "ba":
        write(lake, name, "x")
    (lake.root.joinpath(*ASSET) / ".c.parquet").write_bytes(b"")
    assert TableDigests(lake, tmp_path / "kept").names(ASSET) == lake.names(ASSET) == ["a", "b"]
    assert TableDigests(lake, tmp_path / "kept").names(("no", "asset")) == []
