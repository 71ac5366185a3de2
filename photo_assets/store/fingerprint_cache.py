"""The cache of fingerprints: derived data in one SQLite file, shared by all processes.

It only knows keys and records; which record is still good is decided in `identity.fingerprints`.
Deleting the file costs time and nothing else, so a damaged one is moved aside and begun anew.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from photo_assets.store.derived_sqlite import DerivedDatabase
from photo_assets.store.fingerprint_record import ContentKey, Fingerprint

_LOG = logging.getLogger(__name__)

# The version is part of the name: programs of different versions share the file in peace.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS fingerprint_1 (
    path TEXT NOT NULL, member TEXT NOT NULL, file_size INTEGER NOT NULL,
    file_mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    payload BLOB NOT NULL, checksum BLOB NOT NULL,
    PRIMARY KEY (path, member, file_size, file_mtime_ns, inode)
) WITHOUT ROWID
"""
_WANTED = "WITH wanted(n, path, member, file_size, file_mtime_ns, inode) AS (VALUES {rows})"
_GET = (
    _WANTED
    + """
SELECT n, payload, checksum FROM wanted AS w JOIN fingerprint_1 AS f
    ON f.path = w.path AND f.member = w.member AND f.file_size = w.file_size
    AND f.file_mtime_ns = w.file_mtime_ns
    AND (f.inode = w.inode OR f.inode = 0 OR w.inode = 0)
ORDER BY n, f.inode = w.inode, f.inode
"""
)
_GET_LATEST = (
    _WANTED
    + """
SELECT n, payload, checksum FROM wanted AS w JOIN fingerprint_1 AS f
    ON f.path = w.path AND f.member = w.member
ORDER BY n, f.file_mtime_ns, f.file_size, f.inode
"""
)
_PUT = "INSERT OR REPLACE INTO fingerprint_1 VALUES (?, ?, ?, ?, ?, ?, ?)"
_BATCH = 150  # six parameters each; SQLite before 3.32 takes 999

_T = TypeVar("_T")


class FingerprintCache:
    """Fingerprints by content key. Safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = DerivedDatabase(path, _SCHEMA)

    def get(self, keys: Iterable[ContentKey]) -> dict[ContentKey, Fingerprint]:
        """Return the records of those `keys` that have one. Raises `StorageError`."""
        return self._select(_GET, list(keys))

    def get_latest(
        self, contents: Iterable[tuple[str, str | None]]
    ) -> dict[ContentKey, Fingerprint]:
        """Return the newest record of each (path, member), under a key with no stat (zeros).

        For contents whose file cannot be looked at now.
        """
        return self._select(_GET_LATEST, [ContentKey(p, m, 0, 0, None) for p, m in contents])

    def put(self, records: Mapping[ContentKey, Fingerprint]) -> None:
        """Store `records` in one transaction, replacing those of the same keys."""
        rows = [(*_columns(key), *_seal(key, record)) for key, record in records.items()]
        if rows:
            self._database.run(lambda connection: connection.executemany(_PUT, rows))

    def close(self) -> None:
        """Close this process's connection; the next call opens it again."""
        self._database.close()

    def _select(self, query: str, keys: Sequence[ContentKey]) -> dict[ContentKey, Fingerprint]:
        found: dict[ContentKey, Fingerprint] = {}
        for batch in _batches(keys, _BATCH):
            for n, payload, checksum in self._rows(query, batch):
                record = _unseal(batch[n], payload, checksum)
                if record is not None:
                    found[batch[n]] = record
        return found

    def _rows(self, query: str, batch: Sequence[ContentKey]) -> list[tuple[int, bytes, bytes]]:
        statement = query.format(rows=",".join(["(?,?,?,?,?,?)"] * len(batch)))
        values = [value for n, key in enumerate(batch) for value in (n, *_columns(key))]

        def select(connection: sqlite3.Connection) -> list[tuple[int, bytes, bytes]]:
            return connection.execute(statement, values).fetchall()

        return self._database.run(select)


def _columns(key: ContentKey) -> tuple[str, str, int, int, int]:
    inode = key.inode or 0
    signed = inode - (1 << 64) if inode >= 1 << 63 else inode  # SQLite has no unsigned integers
    return key.path, key.member or "", key.file_size, key.file_mtime_ns, signed


def _seal(key: ContentKey, record: Fingerprint) -> tuple[bytes, bytes]:
    payload = record.to_json()
    return payload, _checksum(key, payload)


def _checksum(key: ContentKey, payload: bytes) -> bytes:
    # SQLite does not notice a flipped bit inside a row; a wrong digest would join wrong photos.
    name = f"{key.path}\0{key.member or ''}\0".encode()
    return hashlib.blake2b(name + payload, digest_size=8).digest()


def _unseal(key: ContentKey, payload: bytes, checksum: bytes) -> Fingerprint | None:
    if _checksum(key, payload) != checksum:
        _LOG.warning("A fingerprint in the cache was damaged and is computed again: %s", key.path)
        return None
    try:
        return Fingerprint.from_json(payload)
    except (ValueError, TypeError):  # written by a version that knew other fields
        return None


def _batches(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
