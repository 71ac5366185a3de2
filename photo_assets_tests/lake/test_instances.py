"""An instance of DuckDB is used again, and nothing of one block is left for the next one."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from photo_assets.lake import instances
from photo_assets.lake.instances import Config, instance_of
from photo_assets.lake.query_engine import query_database

CONFIG: Config = {"memory_limit": "64MiB", "threads": 1, "preserve_insertion_order": "false"}
LARGE_RESULT = "SELECT DISTINCT range || 'x' AS x FROM range(2_000_000) ORDER BY x DESC"
LARGE = "SELECT count(*) FROM (SELECT DISTINCT range || 'x' FROM range(2_000_000))"


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Count the instances that are opened, beginning with none kept."""
    instances._close_kept()
    count: list[int] = []
    connect = duckdb.connect

    def counting(*arguments: object, **more: object) -> duckdb.DuckDBPyConnection:
        count.append(1)
        return connect(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(duckdb, "connect", counting)
    yield count
    instances._close_kept()


def names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    found += connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return [name for (name,) in found]


def test_it_is_used_again_and_empty(tmp_path: Path, opened: list[int]) -> None:
    for _ in range(3):
        with instance_of(CONFIG, tmp_path / "spill") as connection:
            assert names(connection) == []
            connection.execute("CREATE TABLE one AS SELECT 1").fetchall()
            connection.execute("CREATE TEMP TABLE two AS SELECT 2").fetchall()
            connection.execute("CREATE VIEW three AS SELECT 3").fetchall()
            connection.register("four", pa.table({"n": [4]}))
            assert connection.execute("FROM one, two, three, four").fetchall() == [(1, 2, 3, 4)]
    assert len(opened) == 1


def test_a_setting_of_a_block_ends_with_it(tmp_path: Path) -> None:
    setting = "SELECT current_setting('TimeZone')"
    with instance_of(CONFIG, tmp_path / "spill") as connection:
        [(before,)] = connection.execute(setting).fetchall()
        other = "Asia/Tokyo" if before != "Asia/Tokyo" else "UTC"
        connection.execute(f"SET TimeZone = '{other}'").fetchall()
    with instance_of(CONFIG, tmp_path / "spill") as connection:
        assert connection.execute(setting).fetchall() == [(before,)]


def test_blocks_at_once_have_their_own(tmp_path: Path, opened: list[int]) -> None:
    with (
        instance_of(CONFIG, tmp_path / "a") as first,
        instance_of(CONFIG, tmp_path / "b") as second,
    ):
        first.execute("CREATE TABLE one AS SELECT 1").fetchall()
        assert names(second) == []
        assert len(opened) == 2


def test_other_settings_open_another(tmp_path: Path, opened: list[int]) -> None:
    for memory in ("64MiB", "96MiB", "64MiB", "96MiB"):
        with instance_of({**CONFIG, "memory_limit": memory}, tmp_path / "spill"):
            pass
    assert len(opened) == 2


def test_after_an_error_it_is_not_used_again(tmp_path: Path, opened: list[int]) -> None:
    with (
        pytest.raises(duckdb.Error),
        instance_of(CONFIG, tmp_path / "spill") as connection,
    ):
        connection.execute("FROM nowhere")
    with instance_of(CONFIG, tmp_path / "spill"):
        assert len(opened) == 2


@pytest.mark.parametrize("memory_mib", [64, 1024], ids=["spilled", "in memory"])
def test_after_a_large_query_its_memory_is_freed(
    tmp_path: Path, opened: list[int], memory_mib: int
) -> None:
    """What it spilled and the memory it used are freed when the instance is closed."""
    config = {**CONFIG, "memory_limit": f"{memory_mib}MiB"}
    with instance_of(config, tmp_path / "spill") as connection:
        assert connection.execute(LARGE).fetchall() == [(2_000_000,)]
    with instance_of(config, tmp_path / "spill"):
        assert len(opened) == 2


def test_each_block_spills_to_its_own_folder(tmp_path: Path, opened: list[int]) -> None:
    for spilled in (False, True):
        with query_database("plans", "It could not be done", tmp_path, 64) as database:
            if spilled:
                reader = database.connection.sql(LARGE_RESULT).to_arrow_reader(1000)
                assert reader.read_next_batch().num_rows
                assert [*(database.folder / "spill").iterdir()]
                reader.close()
    assert len(opened) == 1


def test_an_instance_that_refuses_another_folder_is_not_used(
    tmp_path: Path, opened: list[int]
) -> None:
    """As after it has spilled and removed what it wrote."""
    with instance_of(CONFIG, tmp_path / "first") as connection:
        connection.execute(LARGE).fetchall()
        for path in sorted((tmp_path / "first").rglob("*")):
            path.unlink()
        if (tmp_path / "first").exists():
            (tmp_path / "first").rmdir()
    with instance_of(CONFIG, tmp_path / "second") as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
        assert len(opened) == 2


def test_another_process_opens_its_own(
    tmp_path: Path, opened: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The threads of an instance do not exist in a forked process."""
    with instance_of(CONFIG, tmp_path / "spill"):
        pass
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: -1)
        with instance_of(CONFIG, tmp_path / "spill"):
            assert len(opened) == 2
