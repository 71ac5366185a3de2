"""A PostgreSQL server with pgvector, its data in a temporary folder, on a port of 127.0.0.1."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from photo_assets.ledger.address import parse_address
from photo_assets_tests.time_limit import PATIENCE_S

_HERE = Path(__file__).parent
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",  # nobody needs the data after the machine has crashed
    "max_connections": "60",
}


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    port: int

    def url(self, database: str = "postgres", role: str = "postgres") -> str:
        """Return the URL of a database, as the project's owner unless told otherwise."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def create(self, name: str, *, public_grants: bool = True) -> str:
        """Make a database as a new project has it; `public_grants` as before 2026-10-30."""
        with connected(self.url(role="supabase_admin")) as connection:
            connection.exec_driver_sql(f'create database "{name}" owner postgres')
        self._furnish(name, public_grants=public_grants)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        with connected(self.url(role="supabase_admin")) as connection:
            connection.exec_driver_sql(f'drop database if exists "{name}" with (force)')

    def _furnish(self, name: str, *, public_grants: bool) -> None:
        script = (_HERE / "database.sql").read_text(encoding="utf-8")
        with connected(self.url(name, "supabase_admin")) as connection:
            connection.exec_driver_sql(
                script if public_grants else script.partition("alter default")[0]
            )


@contextlib.contextmanager
def running_cluster(programs: Path) -> Iterator[Cluster]:
    """Run a server for the block; `programs` is the folder that holds initdb."""
    folder = Path(tempfile.mkdtemp(prefix="sb-", dir="/tmp"))  # short: it holds a socket
    who: dict[str, object] = {}
    if os.geteuid() == 0:  # initdb refuses root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        programs = _copied(programs, folder / "site")
    data = str(folder / "data")

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(programs / program), "-D", data, *arguments],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_S,
            **who,  # type: ignore[call-overload]
        )
        assert done.returncode == 0, done.stderr

    try:
        run("initdb", "-U", "supabase_admin", "-A", "trust", "-E", "UTF8", "-N")
        cluster = Cluster(free_port())
        settings = {**_SETTINGS, "port": str(cluster.port), "unix_socket_directories": str(folder)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            with connected(cluster.url(role="supabase_admin")) as connection:
                connection.exec_driver_sql((_HERE / "bootstrap.sql").read_text(encoding="utf-8"))
            yield cluster
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copied(programs: Path, site: Path) -> Path:
    """Copy the programs of a package, with the libraries beside it, and return their folder.

    An environment that root made may lie where nobody else may look.
    """
    install, package = programs.parent, programs.parent.parent
    shutil.copytree(install, site / package.name / install.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, site / libraries.name, symlinks=True)
    return site / package.name / install.name / programs.name


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Open a connection that commits each statement and takes statements as they are."""
    engine = create_engine(
        parse_address(url), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    ).execution_options(no_parameters=True)
    with engine.connect() as connection:
        yield connection
