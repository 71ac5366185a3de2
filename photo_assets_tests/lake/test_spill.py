"""Rows of a chunk are returned complete and in order; rows without a chunk are dropped."""

from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.lake.spill import Spill

SCHEMA = pa.schema([("chunk", pa.int32()), ("said", pa.list_(pa.string()))])


def batch(*rows: tuple[int | None, list[str] | None]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(
        [{"chunk": chunk, "said": said} for chunk, said in rows], schema=SCHEMA
    )


@pytest.fixture
def spill(tmp_path: Path) -> Spill:
    return Spill(tmp_path / "rows", SCHEMA)


def test_each_chunk_gets_its_rows_in_their_original_order(spill: Spill) -> None:
    first = batch((1, ["a"]), (0, None), (1, []), (3, ["b", "c"]))
    second = batch((3, ["d"]), (1, ["e"]))
    assert [spill.add(first), spill.add(second)] == [0, 0]
    assert spill.read(0)["said"].to_pylist() == [None]
    assert spill.read(1)["said"].to_pylist() == [["a"], [], ["e"]]
    assert spill.read(3)["said"].to_pylist() == [["b", "c"], ["d"]]
    assert spill.read(3) == spill.read(3)
    assert all(column.num_chunks == 1 for column in spill.read(3).columns)


def test_a_chunk_without_rows_is_an_empty_table(spill: Spill) -> None:
    spill.add(batch((1, ["a"])))
    assert spill.read(2).equals(SCHEMA.empty_table())


def test_rows_without_a_chunk_are_counted_and_dropped(spill: Spill) -> None:
    assert spill.add(batch((None, ["a"]), (2, ["b"]), (None, ["c"]))) == 2
    assert spill.add(batch((None, ["d"]))) == 1
    assert spill.add(batch()) == 0
    assert spill.read(2)["said"].to_pylist() == [["b"]]
    assert spill.read(-1).num_rows == 0
