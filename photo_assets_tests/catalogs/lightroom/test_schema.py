"""The SQL with which tests and the sample build catalogs is Lightroom's."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from photo_assets.catalogs.lightroom import columns
from photo_assets_tests.catalogs.lightroom.builder import SCHEMA, Lrcat

Statements = dict[tuple[str, str], str]


def _statements(database: sqlite3.Connection) -> Statements:
    found = database.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql NOT NULL"
    )
    return {(kind, name): sql for kind, name, sql in found if not name.startswith("sqlite_")}


def _ours() -> Statements:
    with sqlite3.connect(":memory:") as database:
        database.executescript(SCHEMA.read_text())
        return _statements(database)


def test_every_statement_equals_the_one_of_a_real_catalog(
    real_catalog: Callable[[str], Path],
) -> None:
    with sqlite3.connect(real_catalog("lr14_fresh")) as database:
        real = _statements(database)
        tables = {table: table for (table,) in database.execute("SELECT name FROM sqlite_master")}
        owner = dict(database.execute("SELECT name, tbl_name FROM sqlite_master"))
    ours = _ours()
    assert len(ours) > 100
    assert {key: real.get(key) for key in ours} == ours
    kept = {name for kind, name in ours if kind == "table"}
    assert kept <= set(tables)
    missing = {key for key in real if owner[key[1]] in kept and key not in ours}
    assert missing == set(), "indexes of these tables are left out"


def test_built_older_versions_lack_the_same_columns_as_real_ones(
    real_catalog: Callable[[str], Path], home: Path
) -> None:
    with Lrcat(home / "built.lrcat", version=5) as built:
        tables = [name for kind, name in _statements(built.db) if kind == "table"]
        with sqlite3.connect(real_catalog("lr5")) as real:
            for table in tables:
                assert _columns(built.db, table) == _columns(real, table), table


def test_every_column_read_exists_in_some_version(home: Path) -> None:
    wanted = {
        "Adobe_images": columns.IMAGE,
        "AgLibraryFile": columns.FILE,
        "AgHarvestedExifMetadata": columns.EXIF,
        "AgHarvestedIptcMetadata": columns.PLACES,
        "AgLibraryIPTC": columns.CAPTION,
        "Adobe_AdditionalMetadata": columns.METADATA,
        "Adobe_imageDevelopSettings": columns.DEVELOP,
        "AgVideoInfo": columns.VIDEO,
        "AgLibraryImageOzAssetIds": columns.CLOUD,
        "AgLibraryFace": columns.CORNERS,
    }
    with Lrcat(home / "3.lrcat", version=3) as old, Lrcat(home / "14.lrcat") as new:
        for table, names in wanted.items():
            known = _columns(old.db, table) | _columns(new.db, table)
            assert set(names) <= known, table


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    return {name for (name,) in database.execute("SELECT name FROM pragma_table_info(?)", [table])}
