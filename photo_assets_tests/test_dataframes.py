"""`photo_assets.load`: tables as data frames, found as the command line finds them."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import photo_assets
from photo_assets.dataframes import BY_MONTH, WHOLE
from photo_assets.lake import Lake
from photo_assets.model.errors import ConfigurationError
from photo_assets.model.tables import FINGERPRINTS, LOOKALIKES, UNIFIED, TableKind
from photo_assets_tests.time_limit import PATIENCE_S

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "notebooks.md").read_text(encoding="utf-8")
LARGE = 2**63 + 1
"""A hash that no floating-point number can hold."""


def rows(kind: TableKind, *given: dict[str, object]) -> pa.Table:
    """Rows with these values, zero where something is required, and null elsewhere."""
    zero = {
        field.name: pa.scalar(0, pa.int8()).cast(field.type)
        for field in kind.schema
        if not field.nullable and not pa.types.is_nested(field.type)
    }
    complete = [{**{k: v.as_py() for k, v in zero.items()}, **row} for row in given]
    return pa.Table.from_pylist(complete, kind.schema)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder with two months of photos."""
    home = tmp_path / "project"
    home.mkdir()
    (home / "photosync.yaml").write_text("data_dir: kept\n")
    lake = Lake(home / "kept" / "lake")
    unified = ("metadata", "unified")
    lake.write(unified, "2024-06-01", UNIFIED, rows(UNIFIED, {"photo_id": "a", "rating": 5}))
    july = rows(UNIFIED, {"photo_id": "b", "camera_model": "X100"}, {"photo_id": "c", "rating": 4})
    lake.write(unified, "2024-07-01", UNIFIED, july)
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.delenv("PHOTOSYNC_CONFIG", raising=False)
    return home


@pytest.mark.parametrize(
    ("months", "found"),
    [
        (None, "abc"),
        ("2024-07", "bc"),
        ("2024-07-01", "bc"),
        (["2024-07", "2024-06", "2024-07-01"], "abc"),
        ("2031-01", ""),
        ([], ""),
    ],
)
@pytest.mark.usefixtures("project")
def test_months_are_chosen(months: str | list[str] | None, found: str) -> None:
    frame = photo_assets.load("metadata/unified", months=months)
    assert isinstance(frame, pd.DataFrame)
    assert frame["photo_id"].tolist() == list(found)
    assert frame.columns.tolist() == UNIFIED.schema.names


def test_hashes_remain_integers(project: Path) -> None:
    names = FINGERPRINTS.schema.names
    table = rows(FINGERPRINTS, {"native_id": "a", "phash": LARGE}, {"native_id": "b"})
    Lake(project / "kept" / "lake").write(
        ("identity", "fingerprints"), "2024-06-01", FINGERPRINTS, table
    )
    frame = photo_assets.load("identity/fingerprints")
    assert frame.columns.tolist() == names
    assert frame["phash"][0] == LARGE and frame["phash"].isna().tolist() == [False, True]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", [*BY_MONTH, *WHOLE])
def test_every_table_loads_before_anything_is_stored(name: str) -> None:
    frame = photo_assets.load(name)
    assert frame.columns.tolist() == (BY_MONTH | WHOLE)[name].schema.names


def test_look_alikes_are_not_partitioned(project: Path) -> None:
    table = rows(LOOKALIKES, {LOOKALIKES.schema.names[0]: "a"})
    Lake(project / "kept" / "lake").write(
        ("identity", "lookalikes"), "lookalikes", LOOKALIKES, table
    )
    assert len(photo_assets.load("identity/lookalikes")) == 1
    with pytest.raises(ConfigurationError, match="not stored by month"):
        photo_assets.load("identity/lookalikes", months="2024-07")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", ["metadata/unify", "unified", "", "catalog/", "../x", "sink/plan"])
def test_an_unknown_table_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"no table {re.escape(repr(name))}") as refused:
        photo_assets.load(name)
    for known in (*BY_MONTH, *WHOLE):
        assert known in (refused.value.hint or "")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("month", ["2024", "2024-13", "July", "2024-07-02", "2024-7"])
def test_an_invalid_month_is_refused(month: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(month)):
        photo_assets.load("metadata/unified", months=["2024-06", month])


def test_another_configuration(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("data_dir: elsewhere\n")
    assert photo_assets.load("metadata/unified", config=other).empty
    monkeypatch.setenv("PHOTOSYNC_CONFIG", str(other))
    assert photo_assets.load("metadata/unified").empty
    assert len(photo_assets.load("metadata/unified", config=project / "photosync.yaml")) == 3


def test_the_documented_example_runs(project: Path) -> None:
    """Also in the project's folder, without DAGSTER_HOME, as a notebook that is started there."""
    [example] = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", f"{example}\nprint(best['photo_id'].tolist())"],
        cwd=project,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(project)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['a', 'c']"


def test_every_table_that_loads_is_documented() -> None:
    documented = set(re.findall(r"`(\w+/\w+)`", DOCUMENT))
    assert documented == {*BY_MONTH, *WHOLE}


def test_importing_the_package_does_not_import_pandas() -> None:
    check = "import sys, photo_assets; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], timeout=PATIENCE_S).returncode == 0
