"""A project folder with its own configuration, instance and daemon."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from photo_assets_tests.defs.daemon import Daemon
from photo_assets_tests.defs.in_memory import instance_in_memory
from photo_assets_tests.defs.pictures import make_alikes, make_three, make_year
from photo_assets_tests.defs.settled import Rested, Settled, write_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder in force: DAGSTER_HOME, an empty configuration, photos in `photos/`."""
    _put_in_force(tmp_path, monkeypatch)
    write_project(tmp_path)
    return tmp_path


@pytest.fixture
def daemon(project: Path) -> Iterator[Daemon]:
    """The daemon over `project`, with an instance in memory: same storage code, no disk to wait for."""
    with instance_in_memory() as instance:
        yield Daemon(instance)


@pytest.fixture
def daemon_on_disk(project: Path) -> Iterator[Daemon]:
    """The daemon over `project`; the instance is the one dagster.yaml describes."""
    with dg.DagsterInstance.from_config(str(project)) as instance:
        yield Daemon(instance)


@pytest.fixture(scope="session")
def rested_year(tmp_path_factory: pytest.TempPathFactory) -> Rested:
    return Rested(tmp_path_factory.mktemp("year"), lambda photos: make_year(photos, 2025))


@pytest.fixture(scope="session")
def rested_three(tmp_path_factory: pytest.TempPathFactory) -> Rested:
    return Rested(tmp_path_factory.mktemp("three"), make_three)


@pytest.fixture(scope="session")
def rested_alikes(tmp_path_factory: pytest.TempPathFactory) -> Rested:
    return Rested(tmp_path_factory.mktemp("alikes"), make_alikes)


@pytest.fixture
def year(rested_year: Rested, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settled]:
    """A photo for each month of 2025, and everything made from them."""
    yield from _settled(rested_year, monkeypatch)


@pytest.fixture
def three(rested_three: Rested, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settled]:
    """The photos of `make_three`, and everything made from them."""
    yield from _settled(rested_three, monkeypatch)


@pytest.fixture
def alikes(rested_alikes: Rested, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settled]:
    """The photos of `make_alikes`, and everything made from them."""
    yield from _settled(rested_alikes, monkeypatch)


def _settled(rested: Rested, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settled]:
    _put_in_force(rested.home, monkeypatch)
    with instance_in_memory() as instance:
        yield rested.put_back(instance)


def _put_in_force(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.delenv("PHOTOSYNC_CONFIG", raising=False)
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "NOTION_ARCHIVE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
