"""The memory of a query, and the errors when it is not enough."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from photo_assets.lake import query_engine
from photo_assets.lake.query_engine import (
    SETTING,
    join_memory_mib,
    machine_memory_mib,
    query_database,
    query_memory_mib,
)
from photo_assets.model.errors import ExitCode, StorageError

# A list of all rows is a single value: it cannot be spilled.
_ONE_LARGE_VALUE = "SELECT length(list(repeat('x', 1000) || range)::VARCHAR) FROM range(200_000)"


def own_group() -> str | None:
    file = Path("/proc/self/cgroup")
    lines = file.read_text().splitlines() if file.exists() else []
    found = (line.removeprefix("0::/") for line in lines if line.startswith("0::/"))
    return next((group for group in found if ".." not in group), None)


def require_memory_error(error: StorageError) -> None:
    said = str(error)
    assert error.exit_code is ExitCode.STORAGE
    assert "needs more memory than its limit of 64 MiB" in said
    assert SETTING in (error.hint or "")
    assert "disk" not in said + (error.hint or "")
    assert "space" not in said + (error.hint or "")


@pytest.mark.parametrize(
    ("work", "items", "machine_mib", "expected"),
    [
        ("photos", 0, 32_768, 256),
        ("photos", 900_000, 32_768, 256),
        ("photos", 4_000_000, 32_768, 1_024),
        ("photos", 100_000_000, 32_768, 16_384),
        ("photos", 4_000_000, 2_048, 1_024),
        ("photos", 4_000_000, 512, 256),
        ("lookalikes", 4_000_000, 32_768, 896),
        ("metadata", 10_000, 32_768, 256),
        ("metadata", 1_000_000, 32_768, 512),
        ("plans", 1_000_000, 32_768, 128),
        ("plans", 10_000_000, 32_768, 1_280),
        ("disclosure", 10_000, 32_768, 256),
        ("disclosure", 100_000, 32_768, 640),
    ],
)
def test_a_join_may_use_more_memory_for_more_items(
    monkeypatch: pytest.MonkeyPatch,
    work: query_engine.Work,
    items: int,
    machine_mib: int,
    expected: int,
) -> None:
    monkeypatch.setattr(query_engine, "machine_memory_mib", lambda: machine_mib)
    assert join_memory_mib(work, items) == expected


@pytest.mark.parametrize(
    ("memory_mib", "asked", "threads"), [(256, None, 4), (64, None, 1), (32, None, 1), (64, 3, 3)]
)
def test_a_query_uses_no_more_threads_than_its_memory_is_enough_for(
    monkeypatch: pytest.MonkeyPatch, memory_mib: int, asked: int | None, threads: int
) -> None:
    monkeypatch.setattr(query_engine, "_processors", lambda: 64)
    with query_database("counts", "It failed", asked_mib=memory_mib, threads=asked) as opened:
        found = opened.connection.sql("SELECT current_setting('threads')").fetchall()
    assert found == [(threads,)]


@pytest.mark.parametrize("work", ["photos", "lookalikes", "metadata", "plans"])
def test_the_configured_memory_is_used(work: query_engine.Work) -> None:
    assert query_memory_mib(work, 123) == 123


def test_a_container_has_the_memory_of_its_smallest_control_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With control groups of version 2: the one of this process is in /proc/self/cgroup."""
    monkeypatch.setattr(query_engine, "_CGROUPS", tmp_path)
    whole = machine_memory_mib()
    own = own_group()
    if own is None:
        pytest.skip("this process is in no control group of version 2")
    group = tmp_path / own
    group.mkdir(parents=True, exist_ok=True)
    (group / "memory.max").write_text("max\n")
    assert machine_memory_mib() == whole
    (tmp_path / "memory.max").write_text(f"{96 << 20}\n")
    assert machine_memory_mib() == 96


def test_the_limit_of_a_version_1_control_group_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_engine, "_CGROUPS", tmp_path)
    file = tmp_path / "memory" / "memory.limit_in_bytes"
    file.parent.mkdir()
    file.write_text(f"{128 << 20}\n")
    assert machine_memory_mib() == 128
    file.write_text(f"{2**63 - 4096}\n")
    assert machine_memory_mib() > 128, "version 1 says so where there is no limit"


def test_too_little_memory_is_reported_with_the_setting(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match="It could not be done") as caught,
        query_database("plans", "It could not be done", tmp_path, 64) as opened,
    ):
        opened.connection.execute(_ONE_LARGE_VALUE).fetchall()
    require_memory_error(caught.value)


def test_too_little_memory_in_the_middle_of_a_result_is_reported_the_same(tmp_path: Path) -> None:
    """A failure after the first rows is raised by Arrow, as its own error."""
    with (
        pytest.raises(StorageError) as caught,
        query_database("plans", "It could not be done", tmp_path, 64) as opened,
    ):
        relation = opened.connection.sql(_ONE_LARGE_VALUE)
        list(relation.to_arrow_reader(1000))
    require_memory_error(caught.value)


def test_a_full_disk_is_reported_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    with (
        pytest.raises(StorageError, match=r"the disk of .* is full") as caught,
        query_database("plans", "It could not be done", tmp_path, 64) as opened,
    ):
        opened.connection.execute("COPY (SELECT 1) TO '/dev/full' (FORMAT csv)")
    assert "Free up space" in (caught.value.hint or "")
    assert SETTING not in str(caught.value) + (caught.value.hint or "")


def test_other_errors_keep_their_message_and_hint(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match="no_such_table") as caught,
        query_database(
            "plans", "It could not be done", tmp_path, 64, hint="Make it first."
        ) as opened,
    ):
        opened.connection.execute("SELECT * FROM no_such_table")
    assert caught.value.hint == "Make it first."


def test_spilled_data_is_removed_afterwards(tmp_path: Path) -> None:
    with query_database("plans", "It could not be done", tmp_path, 64) as opened:
        (opened.folder / "rows").write_bytes(b"x")
        assert list(tmp_path.iterdir()) == [opened.folder]
        counted = opened.connection.execute(
            "SELECT count(*) FROM (SELECT DISTINCT range || 'x' FROM range(2_000_000))"
        ).fetchall()
        assert counted == [(2_000_000,)], "more than fits into the memory"
    assert list(tmp_path.iterdir()) == []
