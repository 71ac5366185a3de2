"""The lake's tables: complete or absent, written once, identified by content, checked on read."""

import contextlib
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from photo_assets.lake import Lake, read_footer
from photo_assets.lake import lake as lake_module
from photo_assets.model.errors import SchemaMismatchError, StorageError
from photo_assets.model.schema import Column, build_schema
from photo_assets.model.tables import TableKind

COLUMNS = (
    Column("id", pa.string(), "its id", nullable=False),
    Column("n", pa.int64(), "a number"),
    Column("tags", pa.list_(pa.string()), "words"),
)
KIND = TableKind("things", 1, build_schema(COLUMNS))
ASSET = ("layer", "asset")


def table(count: int, salt: int = 0) -> pa.Table:
    columns = {
        "id": [f"i{n:06d}" for n in range(count)],
        "n": [n * 7919 % 1000 + salt if n % 5 else None for n in range(count)],
        "tags": [["a", None, str(n % 3)][: n % 4] for n in range(count)],
    }
    return pa.table(columns, schema=KIND.schema)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def leftovers(lake: Lake) -> list[str]:
    return [path.name for path in lake.root.rglob(".*")]


def test_rows_round_trip(lake: Lake) -> None:
    written = lake.write(ASSET, "2020-01-01", KIND, table(1000))
    assert (written.rows, written.changed) == (1000, True)
    assert written.bytes == lake.path(ASSET, "2020-01-01").stat().st_size
    assert lake.read(ASSET, "2020-01-01", KIND).equals(table(1000))
    assert lake.names(ASSET) == ["2020-01-01"]
    assert lake.files(ASSET) == [lake.root / "layer" / "asset" / "2020-01-01.parquet"]
    assert lake.assets("layer") == ["asset"]


def test_a_table_that_was_never_written_is_empty(lake: Lake) -> None:
    assert lake.read(ASSET, "x", KIND).equals(KIND.schema.empty_table())
    assert lake.read(ASSET, "x", KIND, ["n"]).schema.names == ["n"]
    assert lake.footer(ASSET, "x") is None
    assert (lake.names(ASSET), lake.files(ASSET), lake.assets("layer")) == ([], [], [])
    assert not lake.root.exists()


def test_an_empty_table_is_a_table(lake: Lake) -> None:
    assert lake.write(ASSET, "x", KIND, KIND.schema.empty_table()).changed
    assert not lake.write(ASSET, "x", KIND, []).changed
    assert lake.read(ASSET, "x", KIND).num_rows == 0


@pytest.mark.parametrize("digest", [None, "ab" * 32])
def test_equal_content_is_not_written_again(lake: Lake, digest: str | None) -> None:
    first = lake.write(ASSET, "x", KIND, table(500), digest=digest, extra={"k": "v"})
    before = first.path.stat()
    for _ in range(3):
        again = lake.write(ASSET, "x", KIND, table(500), digest=digest, extra={"k": "v"})
        assert (again.changed, again.rows, again.digest) == (False, 500, first.digest)
        assert again.bytes == first.bytes
    after = first.path.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert leftovers(lake) == []


def test_equal_content_with_a_given_digest_is_not_read(lake: Lake) -> None:
    lake.write(ASSET, "x", KIND, table(5), digest="d")

    def tables() -> Iterator[pa.Table]:
        raise AssertionError
        yield

    assert not lake.write(ASSET, "x", KIND, tables(), digest="d").changed


def splits() -> dict[str, list[pa.Table]]:
    whole = table(150_000)
    chunked = pa.concat_tables([whole.slice(at, 991) for at in range(0, 150_000, 991)])
    return {
        "whole": [whole],
        "with nothing between": [KIND.schema.empty_table(), whole, KIND.schema.empty_table()],
        "many": [whole.slice(at, 10_007) for at in range(0, 150_000, 10_007)],
        "one and the rest": [whole.slice(0, 1), whole.slice(1)],
        "a group and the rest": [whole.slice(0, 65_536), whole.slice(65_536)],
        "chunked": [chunked],
        "copied": [pa.Table.from_batches(whole.to_batches(333), KIND.schema)],
        "other column order": [whole.select(["tags", "id", "n"]).select(KIND.schema.names)],
    }


def test_the_digest_depends_on_the_rows_and_not_on_their_split(lake: Lake) -> None:
    contents = {}
    for name, tables in splits().items():
        written = lake.write(ASSET, name, KIND, iter(tables))
        contents[name] = (written.digest, written.path.read_bytes())
    assert len(set(contents.values())) == 1
    groups = pq.ParquetFile(lake.path(ASSET, "many")).metadata.num_row_groups
    assert groups == 3


@pytest.mark.parametrize("column", [0, 1, 2])
@pytest.mark.parametrize("row", [0, 777, 999])
def test_any_different_value_changes_the_digest(lake: Lake, column: int, row: int) -> None:
    rows = table(1000).to_pylist()
    name = KIND.schema.names[column]
    rows[row][name] = {"id": "other", "n": 10**12, "tags": ["other"]}[name]
    first = lake.write(ASSET, "x", KIND, table(1000))
    second = lake.write(ASSET, "x", KIND, pa.Table.from_pylist(rows, schema=KIND.schema))
    assert second.changed
    assert first.digest != second.digest


def test_nulls_empty_values_and_order_change_the_digest(lake: Lake) -> None:
    contents = [
        {"id": ["a", "b"], "n": [0, 1], "tags": [[], None]},
        {"id": ["a", "b"], "n": [None, 1], "tags": [[], None]},
        {"id": ["a", "b"], "n": [0, 1], "tags": [None, []]},
        {"id": ["a", "b"], "n": [0, 1], "tags": [[None], None]},
        {"id": ["a", "b"], "n": [0, 1], "tags": [[""], None]},
        {"id": ["b", "a"], "n": [1, 0], "tags": [None, []]},
        {"id": ["a"], "n": [0], "tags": [[]]},
    ]
    tables = [pa.table(content, schema=KIND.schema) for content in contents]
    assert len({lake.write(ASSET, "x", KIND, t).digest for t in tables}) == len(contents)


def test_the_footer_identifies_the_table(lake: Lake) -> None:
    extra = {"parts": '{"é": "1"}', "accounting": "…"}
    written = lake.write(ASSET, "x", KIND, table(10), extra=extra)
    footer = lake.footer(ASSET, "x")
    assert footer is not None
    assert (footer.table, footer.schema_version, footer.rows) == ("things", 1, 10)
    assert footer.digest == written.digest
    assert footer.extra == extra


def test_a_changed_extra_is_written_with_the_same_digest(lake: Lake) -> None:
    first = lake.write(ASSET, "x", KIND, table(10), extra={"seen": "1"})
    second = lake.write(ASSET, "x", KIND, table(10), extra={"seen": "2"})
    assert second.changed
    assert second.digest == first.digest
    footer = lake.footer(ASSET, "x")
    assert footer is not None
    assert footer.extra == {"seen": "2"}


def test_extra_cannot_override_the_footers_own_keys(lake: Lake) -> None:
    lake.write(ASSET, "x", KIND, table(1), digest="real", extra={"digest": "no", "table": "no"})
    footer = lake.footer(ASSET, "x")
    assert footer is not None
    assert (footer.digest, footer.table) == ("real", "things")


@pytest.mark.parametrize(
    "other", [TableKind("things", 2, KIND.schema), TableKind("others", 1, KIND.schema)]
)
def test_another_schema_is_refused_on_read_and_replaced_on_write(
    lake: Lake, other: TableKind
) -> None:
    lake.write(ASSET, "x", KIND, table(3))
    with pytest.raises(SchemaMismatchError) as caught:
        lake.read(ASSET, "x", other)
    assert str(lake.path(ASSET, "x")) in str(caught.value)
    assert "things version 1" in str(caught.value)
    assert f"{other.name} version {other.version}" in str(caught.value)
    assert lake.write(ASSET, "x", other, table(3)).changed
    assert lake.read(ASSET, "x", other).num_rows == 3


def foreign() -> dict[str, bytes]:
    sink = pa.BufferOutputStream()
    pq.write_table(table(3), sink)
    parquet = sink.getvalue().to_pybytes()
    return {
        "empty": b"",
        "no parquet": b"PAR1 and then nothing",
        "cut": parquet[:-10],
        "foreign parquet": parquet,
        "text": b"a letter\n" * 100,
    }


@pytest.mark.parametrize("content", foreign().values(), ids=foreign().keys())
def test_a_damaged_or_unknown_file_is_reported_on_read_and_replaced_on_write(
    lake: Lake, content: bytes
) -> None:
    path = lake.path(ASSET, "x")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    for attempt in (
        lambda: lake.footer(ASSET, "x"),
        lambda: lake.read(ASSET, "x", KIND),
        lambda: read_footer(path),
    ):
        with pytest.raises(StorageError) as caught:
            attempt()
        assert str(path) in str(caught.value)
        assert caught.value.hint
    assert lake.write(ASSET, "x", KIND, table(3)).changed
    assert lake.read(ASSET, "x", KIND).equals(table(3))


def test_a_folder_in_place_of_a_table(lake: Lake) -> None:
    lake.path(ASSET, "x").mkdir(parents=True)
    with pytest.raises(StorageError):
        lake.read(ASSET, "x", KIND)
    with pytest.raises(StorageError):
        lake.write(ASSET, "x", KIND, table(1))


def test_a_flipped_bit_in_a_row_count_is_detected(lake: Lake) -> None:
    """The footer has no checksum; every bit of it, one at a time."""
    right = pa.table({"id": [f"i{n}" for n in range(300)], "n": range(300), "tags": [None] * 300})
    path = lake.write(ASSET, "x", KIND, right.cast(KIND.schema)).path
    content = path.read_bytes()
    length = int.from_bytes(content[-8:-4], "little")
    schema = content.rindex(b"ARROW:schema")  # text after this does not describe rows
    places = [at for at in range(len(content) - 8 - length, len(content)) if at < schema]
    assert len(places) > 150
    for at in places:
        for bit in range(8):
            damaged = bytearray(content)
            damaged[at] ^= 1 << bit
            path.write_bytes(damaged)
            with contextlib.suppress(StorageError):
                assert lake.read(ASSET, "x", KIND).num_rows == 300


def flip_bits(lake: Lake, flips: int, seed: int) -> None:
    right = table(3000)
    path = lake.write(ASSET, "x", KIND, right).path
    content = path.read_bytes()
    rng = random.Random(seed)
    refused = 0
    for _ in range(flips):
        damaged = bytearray(content)
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        try:
            assert lake.read(ASSET, "x", KIND).equals(right)
        except StorageError:
            refused += 1
    assert refused > flips * 0.9


def test_flipped_bits_are_detected(lake: Lake) -> None:
    flip_bits(lake, 300, 1)


@pytest.mark.slow
def test_twenty_thousand_flipped_bits(lake: Lake) -> None:
    flip_bits(lake, 20_000, 2)


def test_only_requested_columns_are_read_from_disk(tmp_path: Path) -> None:
    schema = build_schema(
        (Column("id", pa.string(), "its id"), Column("large", pa.binary(), "noise"))
    )
    kind = TableKind("wide", 1, schema)
    noise = random.Random(4)
    rows = {
        "id": [str(n) for n in range(200)],
        "large": [noise.randbytes(50_000) for _ in range(200)],
    }
    lake = Lake(tmp_path)
    written = lake.write(ASSET, "x", kind, pa.table(rows, schema=schema))
    assert written.bytes > 9_000_000
    lake.footer(ASSET, "x")
    before = _bytes_read()
    got = lake.read(ASSET, "x", kind, ["id"])
    assert got["id"].to_pylist() == rows["id"]
    assert _bytes_read() - before < 1_000_000


def _bytes_read() -> int:
    """Return the bytes returned by read calls of this process so far (proc(5), `io`)."""
    facts = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(facts["rchar"])


def test_columns_are_returned_in_the_requested_order(lake: Lake) -> None:
    lake.write(ASSET, "x", KIND, table(4))
    got = lake.read(ASSET, "x", KIND, ["tags", "id"])
    assert got.schema.names == ["tags", "id"]
    assert got.equals(table(4).select(["tags", "id"]))


def test_a_failing_producer_leaves_the_old_table(lake: Lake) -> None:
    lake.write(ASSET, "x", KIND, table(3))

    def tables() -> Iterator[pa.Table]:
        yield table(70_000)
        raise StorageError("The source is gone.")

    with pytest.raises(StorageError, match="source is gone"):
        lake.write(ASSET, "x", KIND, tables())
    assert lake.read(ASSET, "x", KIND).equals(table(3))
    assert leftovers(lake) == []


def test_a_full_disk_leaves_the_old_table(lake: Lake) -> None:
    lake.write(ASSET, "x", KIND, table(3))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(StorageError, match="File too large") as caught:
            lake.write(ASSET, "x", KIND, table(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(lake.path(ASSET, "x")) in str(caught.value)
    assert lake.read(ASSET, "x", KIND).equals(table(3))
    assert leftovers(lake) == []


def test_a_footer_is_never_stale(lake: Lake) -> None:
    """Inodes and clock ticks are reused: a new file may look like an earlier one."""
    path = lake.path(ASSET, "x")
    for n in range(60):
        lake.write(ASSET, "x", KIND, table(5), digest=f"{n:064d}")
        os.utime(path, ns=(10**18, path.stat().st_mtime_ns // 10**9 * 10**9))
        footer = lake.footer(ASSET, "x")
        assert footer is not None
        assert footer.digest == f"{n:064d}"


def test_an_old_footer_is_parsed_once(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lake.write(ASSET, "x", KIND, table(5)).path
    hour_ago = time.time_ns() - 3600 * 10**9
    os.utime(path, ns=(hour_ago, hour_ago))
    first = read_footer(path)
    monkeypatch.setattr(pq, "read_metadata", None)  # a second parsing would fail
    assert read_footer(path) == first
    later = hour_ago + 1
    os.utime(path, ns=(later, later))
    with pytest.raises(TypeError):
        read_footer(path)


def test_concurrent_writers_leave_one_complete_table(lake: Lake) -> None:
    contents = [table(2000, salt=n) for n in range(4)]
    failures: list[Exception] = []

    def write(content: pa.Table) -> None:
        try:
            for _ in range(5):
                lake.write(ASSET, "x", KIND, content)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    got = lake.read(ASSET, "x", KIND)
    assert any(got.equals(content) for content in contents)
    assert leftovers(lake) == []


def test_abandoned_temporary_files_are_removed_by_the_next_write(lake: Lake) -> None:
    folder = lake.write(ASSET, "x", KIND, table(1)).path.parent
    old, young = folder / ".1-00000000.tmp", folder / ".2-00000000.tmp"
    for left in (old, young):
        left.write_bytes(b"half")
    long_ago = time.time() - lake_module._ABANDONED_S - 60
    os.utime(old, (long_ago, long_ago))
    assert not lake.write(ASSET, "x", KIND, table(1)).changed
    lake.write(ASSET, "x", KIND, table(2))
    assert leftovers(lake) == [young.name]
    assert lake.names(ASSET) == ["x"]


def kill_while_writing(tmp_path: Path, kills: int) -> None:
    root = tmp_path / "lake"
    rng = random.Random(11)
    seen = set()
    for _ in range(kills):
        writer = subprocess.Popen(
            [sys.executable, "-m", __name__, str(root)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.06))
        writer.kill()
        assert writer.wait() == -signal.SIGKILL, "it writes forever"
        writer.stdout.close()
        lake = Lake(root)
        got = lake.read(ASSET, "x", KIND)
        if got.num_rows:
            salt = got["n"][1].as_py() - table(2)["n"][1].as_py()
            assert got.equals(table(20_000, salt))
            seen.add(salt)
        assert lake.names(ASSET) in ([], ["x"])
    assert len(seen) >= kills // 3, "too few kills came after a first whole table"


def test_killed_while_writing(tmp_path: Path) -> None:
    kill_while_writing(tmp_path, 5)


@pytest.mark.slow
def test_killed_while_writing_two_hundred_times(tmp_path: Path) -> None:
    kill_while_writing(tmp_path, 200)


if __name__ == "__main__":
    contents = [table(20_000, salt) for salt in range(5)]
    print("ready", flush=True)
    for turn in range(1_000_000):
        Lake(Path(sys.argv[1])).write(ASSET, "x", KIND, contents[turn % 5])


def test_a_table_is_read_in_the_row_groups_of_its_kind(lake: Lake) -> None:
    small = replace(KIND, rows_per_group=300)
    lake.write(ASSET, "x", small, iter([table(1000).slice(0, 10), table(1000).slice(10)]))
    pieces = list(lake.pieces(ASSET, "x", small))
    assert [one.num_rows for one in pieces] == [300, 300, 300, 100]
    assert pa.concat_tables(pieces).equals(lake.read(ASSET, "x", small))
    assert list(lake.pieces(ASSET, "y", small)) == []
    other = replace(KIND, version=2)
    with pytest.raises(SchemaMismatchError):
        list(lake.pieces(ASSET, "x", other))
    path = lake.path(ASSET, "x")
    content = bytearray(path.read_bytes())
    content[path.stat().st_size // 3] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(StorageError):
        list(lake.pieces(ASSET, "x", small))


def test_columns_missing_from_an_older_version_are_null(lake: Lake) -> None:
    word = pa.struct([("path", pa.string())])
    old = TableKind("words", 1, pa.schema([("n", pa.int64()), ("words", pa.list_(word))]))
    grown = pa.struct([("path", pa.string()), ("private", pa.bool_())])
    columns = [("n", pa.int64()), ("words", pa.list_(grown)), ("added", pa.string())]
    new = TableKind("words", 3, pa.schema(columns), reads_from=1)
    rows = {"n": [1, 2], "words": [[{"path": "a"}], []]}
    lake.write(ASSET, "x", old, pa.table(rows, schema=old.schema))
    assert lake.read(ASSET, "x", new).to_pylist() == [
        {"n": 1, "words": [{"path": "a", "private": None}], "added": None},
        {"n": 2, "words": [], "added": None},
    ]
    assert lake.read(ASSET, "x", new, ["added"]).to_pylist() == [{"added": None}] * 2
    assert next(lake.pieces(ASSET, "x", new)).equals(lake.read(ASSET, "x", new))
    with pytest.raises(SchemaMismatchError):
        lake.read(ASSET, "x", TableKind("words", 3, new.schema, reads_from=2))
