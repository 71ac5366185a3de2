"""Rows are sorted by key and have their texts, however they are divided into portions."""

import itertools
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.lake.query_engine import query_database
from photo_assets.sinks.engine import ordering
from photo_assets.sinks.engine.ordering import TextsOf, in_order

MONTHS = st.one_of(st.none(), st.sampled_from(["2020-01-01", "2020-02-01", "2021-01-01"]))
KEYS = st.text("abcdef0123é\U0001f600", max_size=4)
TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=30)
Rows = list[dict[str, Any]]


def _rows(draw: st.DrawFn, texts: Sequence[Any]) -> Rows:
    named = draw(st.dictionaries(st.tuples(st.integers(1, 3), KEYS), MONTHS, max_size=40))
    numbers = draw(st.permutations([*range(len(texts)), *[None] * len(named)]))
    return [
        {"place": place, "key": key, "month": month, "text_row": number}
        for ((place, key), month), number in zip(named.items(), numbers, strict=False)
    ]


@st.composite
def collections(draw: st.DrawFn) -> tuple[Rows, list[str | None], list[int]]:
    """Return rows, texts some of them refer to, and where the file of texts is divided."""
    texts = draw(TEXTS)
    cuts = draw(st.lists(st.integers(0, len(texts)), max_size=3))
    return _rows(draw, texts), texts, sorted(cuts)


def _schema() -> pa.Schema:
    return pa.schema(
        [
            ("place", pa.int32()),
            ("key", pa.string()),
            ("month", pa.string()),
            ("text_row", pa.int64()),
        ]
    )


def _ordered(folder: Path, rows: Rows, texts: list[str | None], cuts: list[int]) -> list[pa.Table]:
    files: list[Path] = []
    for start, end in itertools.pairwise([0, *cuts, len(texts)]):
        files.append(folder / f"texts-{len(files)}.parquet")
        column = pa.array(texts[start:end], pa.string())
        pq.write_table(pa.table({"content": column}), files[-1], row_group_size=3)
    with query_database("plans", "It could not be done", folder, 64) as opened:
        opened.connection.register("given", pa.Table.from_pylist(rows, schema=_schema()))
        opened.connection.execute("CREATE TABLE named AS FROM given")
        of = TextsOf("text_row", {"content": "said"}, files)
        return list(in_order(opened, "named", ("place", "month"), [of]))


@contextmanager
def _portions_of(rows: int) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordering, "PORTION_ROWS", rows)
        yield


@settings(deadline=None, max_examples=60)
@given(collections(), st.integers(1, 7))
def test_the_order_is_that_of_the_names_and_each_row_has_its_text(
    given_rows: tuple[Rows, list[str | None], list[int]], portion: int
) -> None:
    rows, texts, cuts = given_rows
    with TemporaryDirectory() as folder, _portions_of(portion):
        found = _ordered(Path(folder), rows, texts, cuts)
    expected = [
        {**row, "said": None if row["text_row"] is None else texts[row["text_row"]]}
        for row in sorted(
            rows,
            key=lambda r: (r["place"], r["month"] is None, r["month"] or "", r["key"].encode()),
        )
    ]
    told = [row for table in found for row in table.to_pylist()]
    assert [{k: v for k, v in row.items() if k != "chunk"} for row in told] == expected


def test_one_month_that_holds_all_is_divided_by_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "PORTION_ROWS", 100)
    rows = [
        {"place": 1, "key": f"{n * 2654435761 % 2**32:08x}", "month": "2020-01-01", "text_row": n}
        for n in range(5000)
    ]
    found = _ordered(tmp_path, rows, [f"text {n}" for n in range(5000)], [1000])
    assert sum(table.num_rows for table in found) == 5000
    assert max(table.num_rows for table in found) < 250
    keys = [key for table in found for key in table["key"].to_pylist()]
    assert keys == sorted(keys)


def test_texts_larger_than_the_memory_are_put_into_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """160 MiB of texts beside a connection of 64 MiB, which cannot sort them itself."""
    monkeypatch.setattr(ordering, "PORTION_ROWS", 16)
    rows = [
        {"place": 1, "key": f"{n * 2654435761 % 2**32:08x}", "month": None, "text_row": n}
        for n in range(160)
    ]
    texts: list[str | None] = [f"{n:07}" * 150_000 for n in range(160)]
    told = 0
    for table in _ordered(tmp_path, rows, texts, []):
        told += table.num_rows
        for row in table.to_pylist():
            assert row["said"] == texts[row["text_row"]]
    assert told == 160
