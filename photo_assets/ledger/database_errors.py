"""Database errors and advice for people, for SQLite and PostgreSQL.

Also used for Dagster's own databases, which have the same drivers.
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


def driver_message(error: BaseException) -> str:
    """Return the driver's message on one line, without the final period.

    libpq writes several lines, and its question whether the server is running is advice.
    """
    text = str(getattr(error, "orig", None) or error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if not line.endswith("?")] or lines
    return "; ".join(told).rstrip(".") or type(error).__name__


def advice(dialect: str, error: BaseException) -> str:
    """Return advice for people. `dialect`: `sqlite` or `postgresql`."""
    if dialect != "postgresql":
        return _SQLITE
    # Without a server code (SQLSTATE), the server was not reached or refused the login.
    code = getattr(getattr(error, "orig", error), "pgcode", None)
    return _POSTGRESQL if code else _UNREACHABLE
