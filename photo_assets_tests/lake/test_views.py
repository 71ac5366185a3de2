"""Views of stored tables: the columns are those of the latest version, whichever version wrote."""

from itertools import permutations
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from photo_assets.lake import Lake
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import TableKind

ASSET = ("layer", "words")
_OLD_LINK = pa.struct([("kind", pa.string())])
_LINK = pa.struct([("kind", pa.string()), ("detail", pa.string())])
OLD = TableKind("words", 1, pa.schema([("n", pa.int64()), ("links", pa.list_(_OLD_LINK))]))
NEW = TableKind(
    "words",
    2,
    pa.schema([("n", pa.int64()), ("text", pa.string()), ("links", pa.list_(_LINK))]),
    reads_from=1,
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path)
    old = [{"n": 1, "links": [{"kind": "a"}]}]
    lake.write(ASSET, "old", OLD, pa.Table.from_pylist(old, schema=OLD.schema))
    for number, name in enumerate(("new", "newer"), 2):
        row = {"n": number, "text": name, "links": [{"kind": "b", "detail": "c"}]}
        lake.write(ASSET, name, NEW, pa.Table.from_pylist([row], schema=NEW.schema))
    # Written by another program: without a footer of the lake.
    foreign = pa.table({"text": ["foreign"], "n": pa.array([4], pa.int64())})
    pq.write_table(foreign, lake.path(ASSET, "foreign"))
    return lake


EXPECTED = {
    "old": (1, None, [{"kind": "a", "detail": None}]),
    "new": (2, "new", [{"kind": "b", "detail": "c"}]),
    "newer": (3, "newer", [{"kind": "b", "detail": "c"}]),
    "foreign": (4, "foreign", None),
}


def rows_and_query(
    lake: Lake, kind: TableKind, names: list[str], *, partitioned: bool = False
) -> tuple[list[tuple[object, ...]], str]:
    with duckdb.connect() as connection:
        files = [lake.path(ASSET, name) for name in names]
        view_stored(connection, "words", kind, files, partitioned=partitioned)
        part = ", partition" if partitioned else ""
        rows = connection.sql(f"SELECT n, text, links{part} FROM words ORDER BY n").fetchall()
        ((query,),) = connection.sql(
            "SELECT sql FROM duckdb_views() WHERE view_name = 'words'"
        ).fetchall()
    return rows, query


@pytest.mark.parametrize("partitioned", [False, True])
@pytest.mark.parametrize(
    "names", [list(some) for n in range(5) for some in permutations(EXPECTED, n)]
)
def test_rows_of_every_version_have_the_latest_columns(
    lake: Lake, names: list[str], partitioned: bool
) -> None:
    rows, _ = rows_and_query(lake, NEW, names, partitioned=partitioned)
    kept = [name for name in EXPECTED if name in names]
    assert rows == [(*EXPECTED[name], *([name] if partitioned else [])) for name in kept]


def test_files_of_the_latest_version_are_read_without_opening_all_at_once(lake: Lake) -> None:
    _, query = rows_and_query(lake, NEW, ["new", "newer"])
    assert "union_by_name = true" not in query.lower()
    _, query = rows_and_query(lake, NEW, ["new", "newer", "old"])
    latest, _, older = query.lower().partition("union_by_name = true")[0].rpartition("read_parquet")
    assert "newer" in latest
    assert "old" in older
