"""Dagster's own state: a real instance of the project's dagster.yaml, on SQLite and PostgreSQL."""

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from sqlalchemy import make_url

from photo_assets.instance import (
    POSTGRES_VARIABLE,
    InstanceStorage,
    dagster_state,
    psycopg2_url,
)
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets_tests.ledgers import postgres_server
from photo_assets_tests.postgres import new_database
from photo_assets_tests.time_limit import PATIENCE_S

__all__ = ["postgres_server"]

ROOT = Path(__file__).parents[1]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with the project's dagster.yaml and a separate data folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "dagster.yaml").write_bytes((ROOT / "dagster.yaml").read_bytes())
    (folder / "photosync.yaml").write_text("data_dir: ../state")
    monkeypatch.setenv("DAGSTER_HOME", str(folder))
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    for name in ("PHOTOSYNC_CONFIG", POSTGRES_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def database(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, home: Path
) -> Iterator[str]:
    """An empty PostgreSQL database, named by the variable."""
    server = request.getfixturevalue("postgres_server")
    with new_database(server, f"d{secrets.token_hex(6)}") as url:
        monkeypatch.setenv(POSTGRES_VARIABLE, url)
        yield url


@dg.asset
def number() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"answer": 42})


def materialized_and_read_back(home: Path) -> str:
    """Run a job on the instance, open the instance again, and return the run's id as it knows it."""
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert dg.materialize([number], instance=instance).success
    with dg.DagsterInstance.from_config(str(home)) as instance:
        (run,) = instance.get_runs()
        assert run.status is dg.DagsterRunStatus.SUCCESS
        event = instance.get_latest_materialization_event(number.key)
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.metadata["answer"].value == 42
        assert len(instance.all_logs(run.run_id)) > 5
        return run.run_id


def test_sqlite_below_the_data_folder_by_default(home: Path) -> None:
    materialized_and_read_back(home)
    state = home.parent / "state" / "dagster"
    assert list(state.rglob("*.db"))
    assert sorted(path.name for path in home.iterdir() if path.is_file()) == [
        "dagster.yaml",
        "photosync.yaml",
    ]
    assert not list(home.rglob("*.db"))


def test_postgresql_when_its_variable_is_set(home: Path, database: str) -> None:
    run_id = materialized_and_read_back(home)
    assert not list(home.parent.rglob("*.db"))
    with dg.DagsterInstance.from_config(str(home)) as instance:
        storage = instance.run_storage
        assert "Postgres" in type(storage).__name__
        assert storage.has_run(run_id)


def test_an_empty_variable_means_sqlite(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(POSTGRES_VARIABLE, "")
    assert isinstance(InstanceStorage.from_config_value(None, {}), DagsterSqliteStorage)


@pytest.mark.parametrize(
    "name", ["ä b#1;x&y 100%", "x?y=z", "a%20b", "[nas] *photos", "'q' {a,b}."]
)
def test_any_folder_name_holds_the_state(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(home.parent / "cache"))
    (home / "photosync.yaml").write_text(f"data_dir: {json.dumps(f'../{name}')}")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert instance.get_runs_count() == 0
    found = list(home.parent.rglob("*.db"))
    assert found
    assert all(path.is_relative_to(home.parent / name / "dagster") for path in found)


def test_logs_of_runs_are_below_the_data_folder(home: Path) -> None:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        manager = instance.compute_log_manager
        key = ["run", "compute_logs", "step"]
        with manager.capture_logs(key):
            print("said by the step")
        data = manager.get_log_data(key)
    assert data.stdout == b"said by the step\n"
    assert list((home.parent / "state" / "dagster" / "logs").rglob("*.out"))


def test_the_description_of_the_instance_has_no_password(
    home: Path, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    url = make_url(database).set(password="hunter2").render_as_string(hide_password=False)
    monkeypatch.setenv(POSTGRES_VARIABLE, url)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert instance.get_runs_count() == 0  # the server trusts local users
        assert "hunter2" not in instance.info_str()
        assert "hunter2" not in repr(instance.get_ref())
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "instance", "info"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "Instance configuration" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("url", "rewritten"),
    [
        ("postgresql://u:p@h:5432/d", "postgresql+psycopg2://u:p@h:5432/d"),
        ("postgres://u:p@h/d?sslmode=require", "postgresql+psycopg2://u:p@h/d?sslmode=require"),
        ("postgresql+psycopg2://u@h/d", "postgresql+psycopg2://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg2://u@h/d"),
        ("POSTGRES://u@h/d", "postgresql+psycopg2://u@h/d"),
        (" postgres://u@h/d", "postgresql+psycopg2://u@h/d"),
        ("postgres://u:p%40%2F%25ss@h/d", "postgresql+psycopg2://u:p%40%2F%25ss@h/d"),
        ("postgresql:///d?host=/run/pg", "postgresql+psycopg2:///d?host=/run/pg"),
    ],
)
def test_the_driver_is_the_one_dagster_brings(url: str, rewritten: str) -> None:
    assert psycopg2_url(url) == rewritten
    assert make_url(rewritten).get_driver_name() == "psycopg2"


@pytest.mark.parametrize(
    "url",
    ["mysql://me:hunter2@h/d", "hunter2", "postgresql:hunter2", "postgresql://me:hunter2@h:port/d",
     "sqlite:///hunter2.db", "xpostgres://hunter2@h/d"],
)  # fmt: skip
def test_another_url_is_refused_and_not_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(POSTGRES_VARIABLE, url)
    with pytest.raises(ConfigurationError, match=POSTGRES_VARIABLE) as caught:
        InstanceStorage.from_config_value(None, {})
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.slow
def test_an_unreachable_server_is_reported_without_the_password(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(POSTGRES_VARIABLE, f"postgresql://me:hunter2@/d?host={tmp_path}")
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "run", "list"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode != 0
    assert "hunter2" not in done.stdout + done.stderr


def test_a_data_folder_that_cannot_be_made_is_named(home: Path) -> None:
    (home.parent / "state").write_text("a file is in the way")
    with pytest.raises(StorageError) as caught:
        dagster_state()
    assert str(home.parent / "state") in str(caught.value)
