"""DuckDB reads exactly the given file, whatever its folder's name."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photo_assets.lake import Lake
from photo_assets.lake.query_engine import file_text, query_database
from photo_assets.lake.views import stored_rows, view_stored
from photo_assets.model.tables import TableKind

NAMES = [
    "[nas] *photos",
    'it\'s "here"',
    "what?",
    "100%",
    "50%41%s%(name)s",
    "#1",
    "{a,b} {}",
    "Ünï 写真",
    "dot.",
    "year=2024",
    "**",
    "[!a]",
    "[a-z]",
    "$HOME ~",
    "a;b&c|d",
    "tab\tand\nline",
    "-x",
    ":memory:",
]
"""Names that some programs misinterpret."""

_CHARACTERS = st.characters(exclude_characters="/\\\0", exclude_categories=["Cs"])
_NAMES = st.text(st.sampled_from("[]*?'\"{}%#!^-$ .ab") | _CHARACTERS, min_size=1, max_size=24)


def read(folder: Path, name: str) -> list[object]:
    """Write a table and another that a pattern might match, then read the first."""
    inside = folder / name
    inside.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"a": [1, 2]}), inside / "t.parquet")
    with query_database("counts", "It could not be read", inside / "scratch") as opened:
        rows = stored_rows([inside / "t.parquet"], named=True, numbered=True)
        query = f"SELECT a, file_row_number, filename FROM {rows} ORDER BY a"
        found = opened.connection.execute(query).fetchall()
        (spill,) = opened.connection.execute("SELECT current_setting('temp_directory')").fetchall()
        assert Path(spill[0]).parent == opened.folder
        copy = inside / "copy.parquet"
        opened.connection.execute(f"COPY (SELECT 1 AS a) TO {file_text(copy)} (FORMAT parquet)")
        assert copy.is_file()
    return [(a, number, Path(file) == inside / "t.parquet") for a, number, file in found]


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_of_any_name_is_read_and_written(tmp_path: Path, name: str) -> None:
    decoys = {"[nas] *photos": "n and photos", "what?": "whats", "**": "deep", "[a-z]": "b"}
    if name in decoys:
        (tmp_path / decoys[name]).mkdir()
        pq.write_table(pa.table({"a": [9]}), tmp_path / decoys[name] / "t.parquet")
    assert read(tmp_path, name) == [(1, 0, True), (2, 1, True)]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_NAMES.filter(lambda name: name not in {".", ".."} and len(name.encode()) < 250))
def test_a_folder_of_some_name_is_read_and_written(tmp_path: Path, name: str) -> None:
    assert read(tmp_path / "all", name) == [(1, 0, True), (2, 1, True)]


def test_spilling_works_in_a_folder_of_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "[nas] *'photos?"
    with query_database("counts", "It could not be done", folder, 64) as opened:
        query = "SELECT DISTINCT range || 'x' AS x FROM range(2_000_000) ORDER BY x"
        reader = opened.connection.sql(query).to_arrow_reader(100_000)
        rows = reader.read_next_batch().num_rows
        assert list(opened.folder.rglob("duckdb_temp_*")), "more than fits into the memory"
        assert rows + sum(batch.num_rows for batch in reader) == 2_000_000


def test_a_lake_in_a_folder_like_a_partition_keeps_its_columns(tmp_path: Path) -> None:
    """By default, DuckDB creates a column from a folder named `name=value`."""
    kind = TableKind("things", 1, pa.schema([("name", pa.string())]))
    lake = Lake(tmp_path / "year=2024" / "name=[x]")
    lake.write(("layer", "things"), "2024-01-01", kind, pa.table({"name": ["a"]}))
    with lake.query("counts", "It could not be read") as connection:
        view_stored(connection, "thing", kind, lake.files(("layer", "things")))
        assert connection.execute("FROM thing").fetchall() == [("a",)]
