"""Rows by month become one table per month; other needs of monthly layouts."""

import itertools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.lake import Lake
from photo_assets.lake.by_month import write_by_month
from photo_assets.model.schema import Column, build_schema
from photo_assets.model.tables import TableKind

KIND = TableKind("things", 1, build_schema((Column("n", pa.int64(), "a number"),)))
ASSET = ("layer", "asset")


def tables(rows: list[tuple[str, int]], cuts: list[int]) -> list[pa.Table]:
    table = pa.table(
        {"n": [n for _, n in rows], "home": pa.array([m for m, _ in rows], pa.string())}
    )
    ends = sorted({min(cut, len(rows)) for cut in cuts} | {0, len(rows)})
    return [table.slice(a, b - a) for a, b in itertools.pairwise(ends)]


def numbers(lake: Lake, month: str) -> list[int]:
    found: list[int] = lake.read(ASSET, month, KIND)["n"].to_pylist()
    return found


@given(
    counts=st.lists(st.integers(0, 5), min_size=1, max_size=8),
    cuts=st.lists(st.integers(0, 40), max_size=6),
)
def test_months_do_not_depend_on_how_their_rows_arrive(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], cuts: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("lake")
    months = [f"2020-{m:02d}-01" for m in range(1, len(counts) + 1)]
    rows = [(m, n) for m, count in zip(months, counts, strict=True) for n in range(count)]
    lake, plain = Lake(folder / "cut"), Lake(folder / "plain")
    written = write_by_month(lake, ASSET, KIND, tables(rows, cuts), by="home")
    write_by_month(plain, ASSET, KIND, tables(rows, []), by="home")
    assert list(written) == [m for m, count in zip(months, counts, strict=True) if count]
    for month, table in written.items():
        assert numbers(lake, month) == [n for m, n in rows if m == month]
        assert table.path.read_bytes() == plain.path(ASSET, month).read_bytes()


def test_all_months_are_read_in_order(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.read_all(ASSET, KIND).num_rows == 0
    write_by_month(lake, ASSET, KIND, tables([("2020-02-01", 1), ("2020-03-01", 2)], []), by="home")
    write_by_month(lake, ASSET, KIND, tables([("2020-01-01", 3)], []), by="home")
    assert lake.read_all(ASSET, KIND, ["n"])["n"].to_pylist() == [3, 1, 2]


def test_unretained_tables_are_removed(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for name in ("2020-01-01", "2020-02-01", "things"):
        lake.write(ASSET, name, KIND, pa.table({"n": [1]}))
    lake.retain(ASSET, ["2020-02-01", "2020-03-01"])
    assert lake.names(ASSET) == ["2020-02-01"]
    lake.retain(("layer", "nothing"), [])


def test_changed_at_is_the_time_of_the_last_write(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.changed_at(ASSET) is None
    for moment, name in ((1_600_000_000, "2020-01-01"), (1_500_000_000, "2020-02-01")):
        path = lake.write(ASSET, name, KIND, pa.table({"n": [1]})).path
        os.utime(path, (moment, moment))
    changed = lake.changed_at(ASSET)
    assert changed is not None
    assert changed.timestamp() == 1_600_000_000


def test_a_footer_may_depend_on_the_rows(tmp_path: Path) -> None:
    lake, seen = Lake(tmp_path), []

    def rows() -> list[pa.Table]:
        seen.append("rows")
        return [pa.table({"n": [1, 2]})]

    def extra() -> Mapping[str, str]:
        return {"seen": f"{len(seen)}"}

    def write(number: int) -> bool:
        stream = (table for _ in range(number) for table in rows())
        return lake.write(ASSET, "2020-01-01", KIND, stream, extra=extra).changed

    assert write(1)
    footer = lake.footer(ASSET, "2020-01-01")
    assert footer is not None
    assert footer.extra == {"seen": "1"}
    seen.clear()
    assert not write(1)
    assert write(1), "the footer says otherwise"


def test_an_error_in_the_rows_replaces_no_month(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    write_by_month(lake, ASSET, KIND, tables([("2020-01-01", 1)], []), by="home")

    def broken() -> Iterator[pa.Table]:
        yield from tables([("2020-01-01", 2), ("2020-02-01", 2)], [])
        raise ValueError("the query failed")

    with pytest.raises(ValueError, match="the query failed"):
        write_by_month(lake, ASSET, KIND, broken(), by="home")
    assert lake.read_all(ASSET, KIND)["n"].to_pylist() == [1]
    assert os.listdir(tmp_path / "layer" / "asset") == ["2020-01-01.parquet"]


def test_writes_together_return_the_same_as_single_writes(
    tmp_path: Path,
) -> None:
    rows = tables([("2020-01-01", 1), ("2020-02-01", 2)], [])
    lake, alone = Lake(tmp_path / "together"), Lake(tmp_path / "alone")
    for changed in (True, False):
        written = write_by_month(lake, ASSET, KIND, rows, by="home")
        for month, table in written.items():
            one = alone.write(ASSET, month, KIND, pa.table({"n": numbers(lake, month)}))
            assert (table.rows, table.digest, table.bytes) == (one.rows, one.digest, one.bytes)
            assert table.bytes == table.path.stat().st_size
            assert table.changed is one.changed is changed
