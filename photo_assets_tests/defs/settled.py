"""A project whose graph has come to rest, made once and put back before each test that uses it.

The test gets the same folder, daemon cursors and event log that the daemon's own work left. What a
test itself does to a project does not belong here.
"""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import dagster as dg

from photo_assets_tests.cli.running import REPOSITORY
from photo_assets_tests.defs.daemon import Daemon

CONFIGURATION = (
    "data_dir: data\n"
    "catalogs:\n"
    "  folders:\n"
    "    main: {path: photos, settle_seconds: 0, poll_seconds: 10}\n"
)


class Settled(NamedTuple):
    """A project and its daemon, which has nothing left to do."""

    project: Path
    daemon: Daemon


def write_project(home: Path) -> None:
    """Write the instance's configuration and one of a folder of photos, which is empty."""
    (home / "dagster.yaml").write_text((REPOSITORY / "dagster.yaml").read_text())
    (home / "photos").mkdir()
    (home / "photosync.yaml").write_text(CONFIGURATION)


class Rested:
    """One such project in `folder`, whose photos `draw` writes. DAGSTER_HOME is to be `home`."""

    def __init__(self, folder: Path, draw: Callable[[Path], object]) -> None:
        self.home = folder / "project"
        self._kept = folder / "kept"
        self._draw = draw
        self._states: dict[Path, tuple[int, int]] = {}
        self._logs: list[sqlite3.Connection] = []
        self._daemon: Daemon | None = None

    def put_back(self, instance: dg.DagsterInstance) -> Settled:
        """Return the project as it was, and a daemon over `instance`, a new one in memory."""
        if self._daemon is None:
            self.home.mkdir()
            write_project(self.home)
            self._draw(self.home / "photos")
            return self._rest(Daemon(instance))
        for kept, log in zip(self._logs, _logs(instance), strict=True):
            kept.backup(log)
        whole = self._restore()
        daemon = self._daemon.again(instance)
        return Settled(self.home, daemon) if whole else self._rest(daemon)

    def _rest(self, daemon: Daemon) -> Settled:
        daemon.look_again()
        daemon.settle()
        assert daemon.failures == []
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(self.home, self._kept)
        self._states = _states(self.home / "photos")
        self._logs = [sqlite3.connect(":memory:") for _ in _logs(daemon.instance)]
        for log, kept in zip(_logs(daemon.instance), self._logs, strict=True):
            log.backup(kept)
        self._daemon = daemon.again(daemon.instance)
        return Settled(self.home, daemon)

    def _restore(self) -> bool:
        """Put all files back; return whether every photo is the very file that it was.

        Photos that a test left alone stay: a copy has another change time, and is read again.
        """
        for path in self.home.iterdir():
            if path.is_dir() and path.name != "photos":
                shutil.rmtree(path)
            elif path.is_file():
                path.unlink()
        here = _states(self.home / "photos")
        whole = True
        for path in here.keys() - self._states.keys():
            path.unlink()
        for path in (self.home / "photos").glob("*/"):
            shutil.rmtree(path)
        for path, state in self._states.items():
            if here.get(path) != state:
                whole = False
                path.parent.mkdir(exist_ok=True)
                path.unlink(missing_ok=True)
                shutil.copy2(self._kept / path.relative_to(self.home), path)
        for path in self._kept.iterdir():
            if path.is_file():
                shutil.copy2(path, self.home)
            elif path.name != "photos":
                shutil.copytree(path, self.home / path.name)
        return whole


def _states(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return a file's inode and change time, which show whether it was changed."""
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {path: (stat.st_ino, stat.st_ctime_ns) for path, stat in found}


def _logs(instance: dg.DagsterInstance) -> list[sqlite3.Connection]:
    """Return the connections that hold an instance's runs and events in memory."""
    held = (instance.run_storage, instance.event_log_storage)
    return [storage._held_conn.connection.dbapi_connection for storage in held]  # type: ignore[union-attr]
