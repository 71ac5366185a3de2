"""The ledger's address: parse its URL, and warn about risky locations.

No connection is made here.
"""

import os
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from photo_assets.model.errors import ConfigurationError

# SQLite's WAL needs shared memory and locks that all writers see (sqlite.org/wal.html, section
# "Overview", point 2: "WAL does not work over a network filesystem").
# fmt: off
NETWORK_FILE_SYSTEMS = frozenset({
    "9p", "afs", "afpfs", "beegfs", "ceph", "cifs", "davfs", "drvfs", "fuse.davfs",
    "fuse.glusterfs", "fuse.gcsfuse", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs",
    "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "smb", "smb2", "smb3", "smbfs", "vboxsf",
})
# fmt: on


def parse_address(url: str | URL) -> URL:
    """Return the SQLAlchemy URL of the ledger with an explicit driver.

    `postgresql://` and `postgres://` use psycopg2, whatever SQLAlchemy's default is (psycopg 3
    since 2.1). Raises `ConfigurationError` for anything but a SQLite file or PostgreSQL.
    """
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(
            "The ledger's address is not a database URL.",
            hint="Write sqlite:///path/to/ledger.sqlite or postgresql://user@host/database.",
        ) from error
    backend = "postgresql" if address.drivername == "postgres" else address.get_backend_name()
    if backend == "postgresql":
        bare = address.drivername in {"postgres", "postgresql"}
        return address.set(drivername="postgresql+psycopg2") if bare else address
    if backend != "sqlite":
        raise ConfigurationError(
            f"The ledger cannot be stored in {backend}.", hint="Use sqlite:/// or postgresql://."
        )
    if not address.database or address.database == ":memory:":
        raise ConfigurationError(
            "The ledger needs a file: a database in memory would be lost.",
            hint="Write sqlite:///path/to/ledger.sqlite.",
        )
    return address


def sqlite_file(address: URL) -> Path | None:
    """Return the SQLite file of the ledger, None if it is not SQLite."""
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    return Path(address.database).absolute()


def ledger_warnings(url: str | URL, mounts: str | None = None) -> list[str]:
    """Return warnings about the ledger's location, one sentence each.

    `mounts` is the text of `/proc/self/mountinfo` (proc(5)), which is read by default.
    """
    path = sqlite_file(parse_address(url))
    if path is None:
        return []
    system = file_system(path, _mountinfo() if mounts is None else mounts)
    if system not in NETWORK_FILE_SYSTEMS:
        return []
    return [
        f"The ledger {path} is on a network file system ({system}), where SQLite's locks and "
        "write-ahead log are not safe: two programs can damage it. Put it on a local disk, or "
        "use PostgreSQL."
    ]


def file_system(path: Path, mounts: str) -> str | None:
    """Return the type of the file system that holds `path`, None if it is not in `mounts`."""
    where = os.path.realpath(path)
    best: tuple[int, str | None] = (-1, None)
    for line in mounts.splitlines():
        left, dash, right = line.partition(" - ")
        fields = left.split()
        if not dash or len(fields) < 5 or not right.split():
            continue
        point = fields[4].encode().decode("unicode_escape")  # spaces are written \040
        inside = where == point or where.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best[0]:  # of two mounts at one point, the later one is visible
            best = (len(point), right.split()[0])
    return best[1]


def _mountinfo() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
