"""A PostgreSQL server of the test run's own: private data, a socket in a temporary folder, no TCP.

Needs the server's programs on the machine (Debian: `apt-get install postgresql`); skips without.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from photo_assets.ledger.address import parse_address
from photo_assets_tests.time_limit import PATIENCE_S

_HOW = (
    "no PostgreSQL server programs here; `apt-get install postgresql`, or set "
    "PHOTO_ASSETS_POSTGRES_BIN to the folder that has initdb"
)


def server_programs() -> Path | None:
    """Return the folder with initdb and pg_ctl: as told, newest of Debian's, or on the path."""
    told = os.environ.get("PHOTO_ASSETS_POSTGRES_BIN")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
    )
    on_path = shutil.which("initdb")
    folders = [Path(told)] if told else [*reversed(debian)]
    if on_path and not told:
        folders.append(Path(on_path).parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextlib.contextmanager
def private_server() -> Iterator[str]:
    """Run a server for the block and yield the URL of its first database."""
    programs = server_programs()
    if programs is None:
        pytest.skip(_HOW)
    # A short path: the name of a Unix socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    who: dict[str, object] = {}
    if os.geteuid() == 0:  # initdb refuses root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    data = folder / "data"
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"

    def run(*command: str) -> None:
        done = subprocess.run(
            command,
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
        run(f"{programs}/initdb", "-D", str(data), "-U", "photo", "-A", "trust", "-E", "UTF8", "-N")
        run(
            f"{programs}/pg_ctl",
            *("-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"),
        )
        try:
            yield f"postgresql://photo@/postgres?host={folder}"
        finally:
            run(f"{programs}/pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def new_database(server: str, name: str) -> Iterator[str]:
    """Make an empty database on the server and yield its URL."""
    engine = create_engine(parse_address(server), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
