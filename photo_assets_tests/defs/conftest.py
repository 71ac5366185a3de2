"""A project folder with its own configuration, instance and daemon."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from photo_assets_tests.defs.daemon import Daemon

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder in force: DAGSTER_HOME, an empty configuration, photos in `photos/`."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.delenv("PHOTOSYNC_CONFIG", raising=False)
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    (tmp_path / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text())
    (tmp_path / "photos").mkdir()
    (tmp_path / "photosync.yaml").write_text(
        "data_dir: data\n"
        "catalogs:\n"
        "  folders:\n"
        "    main: {path: photos, settle_seconds: 0, poll_seconds: 10}\n"
    )
    return tmp_path


@pytest.fixture
def daemon(project: Path) -> Iterator[Daemon]:
    """The daemon over `project`, with an instance in memory: same storage code, no disk to wait for."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield Daemon(instance)


@pytest.fixture
def daemon_on_disk(project: Path) -> Iterator[Daemon]:
    """The daemon over `project`; the instance is the one dagster.yaml describes."""
    with dg.DagsterInstance.from_config(str(project)) as instance:
        yield Daemon(instance)
