"""What a database says when it refuses, and what a person can do: SQLite and PostgreSQL differ.

Also for Dagster's own databases, which have the same drivers.
"""

from typing import Final

_SQLITE: Final = (
    "If it says locked, another run is writing: wait for it. If it says full or I/O error, look "
    "whether the disk has room. Then run again."
)
_UNREACHABLE: Final = (
    "Look whether the PostgreSQL server runs, and whether the address, the database and the "
    "password in its URL are right. Then run again."
)
_POSTGRESQL: Final = "The log of the PostgreSQL server says more. Then run again."


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
