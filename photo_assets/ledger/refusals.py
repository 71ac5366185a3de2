"""What a database says when it refuses, and what a person can do: SQLite and PostgreSQL differ.

Also for Dagster's own databases, which have the same drivers.
"""

from typing import Final

_SQLITE: Final = (
    "If the database is locked, wait until the other run ends. If the disk is full or has an "
    "I/O error, free disk space or check the disk. Then run again."
)
_UNREACHABLE: Final = (
    "Check that the PostgreSQL server is running and that the address, the "
    "database and the password in its URL are correct. Then run again."
)
_POSTGRESQL: Final = "See the log of the PostgreSQL server. Then run again."


def refusal(error: BaseException) -> str:
    """Return what the driver said, on one line and without its last full stop.

    libpq writes several lines, and asks after a failure whether its server runs; that is advice.
    """
    text = str(getattr(error, "orig", None) or error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if not line.endswith("?")] or lines
    return "; ".join(told).rstrip(".") or type(error).__name__


def advice(dialect: str, error: BaseException) -> str:
    """Return what a person can do about it. `dialect`: `sqlite` or `postgresql`."""
    if dialect != "postgresql":
        return _SQLITE
    # Without a code of the server's (SQLSTATE) it was not reached, or let nobody in.
    code = getattr(getattr(error, "orig", error), "pgcode", None)
    return _POSTGRESQL if code else _UNREACHABLE
