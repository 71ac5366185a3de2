"""A SQLite file of derived data: opened on demand, moved aside and recreated when damaged.

Only data that can be computed again belongs in such a file; the ledger has other rules.
"""

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from photo_assets.model.errors import StorageError
from photo_assets.system.file_lock import file_lock

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA})
_BUSY_S = 60.0


class DamageError(sqlite3.DatabaseError):
    """Raised by an operation that finds damaged rows: the file is then recreated."""


class DerivedDatabase:
    """One connection per process to the database at `path`, with `schema` applied."""

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._schema = schema
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._owner: tuple[int, int] = (0, 0)  # process id, inode of the file

    def run(self, operation: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `operation` in one transaction, on a new file if the current one is damaged.

        Raises `StorageError` naming the path when the disk refuses.
        """
        with self._lock:
            try:
                return self._transact(operation)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise self._refusal(error) from error
                self._replace(error)
            try:
                return self._transact(operation)
            except sqlite3.DatabaseError as error:
                raise self._refusal(error) from error

    def close(self) -> None:
        """Close the connection; the next `run` opens it again."""
        with self._lock:
            self._close()

    def _transact(self, operation: Callable[[sqlite3.Connection], _T]) -> _T:
        connection = self._open()
        with connection:
            return operation(connection)

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._owner[0] == os.getpid():
            return self._connection
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._refusal(error) from error
        # Read before the operation: after a failure, another process may have replaced the file,
        # and the new file would be taken for the damaged one.
        opened = _inode(self.path)
        # A connection inherited through fork() belongs to the parent: it is dropped, not closed.
        connection = sqlite3.connect(self.path, timeout=_BUSY_S, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(self._schema)
            connection.commit()
            self._owner = (os.getpid(), self.path.stat().st_ino)
        except BaseException:
            self._owner = (os.getpid(), opened)
            connection.close()
            raise
        self._connection = connection
        return connection

    def _close(self) -> None:
        if self._connection is not None and self._owner[0] == os.getpid():
            self._connection.close()
        self._connection = None

    def _replace(self, error: sqlite3.DatabaseError) -> None:
        damaged = self._owner[1]
        self._close()
        with file_lock(self.path.with_name(self.path.name + ".lock")):
            if _inode(self.path) != damaged:
                return  # another process was faster
            aside = self.path.with_name(f"{self.path.name}.damaged-{time.time_ns()}")
            for suffix in ("", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    os.replace(f"{self.path}{suffix}", f"{aside}{suffix}")
        _LOG.warning(
            "%s was damaged (%s). It is derived data: it was moved to %s and will be rebuilt.",
            self.path,
            error,
            aside.name,
        )

    def _refusal(self, error: Exception) -> StorageError:
        return StorageError(
            f"The cache {self.path} cannot be used: {error}.",
            hint="Check space and permissions there. The file is derived data and may be deleted.",
        )


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    if isinstance(error, DamageError):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return False
    return (code & 0xFF) in _DAMAGED or (code & 0xFF) == sqlite3.SQLITE_ERROR


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0
