"""The cache of fingerprints: derived data in one SQLite file, shared by all processes.

It stores records by key; whether a record is still valid is decided by its callers. Deleting the
file costs only time, so a damaged one is moved aside and recreated. `SameBytes` adds the results of
a run that are not stored yet.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from photo_assets.identity.fingerprints.derived_sqlite import DamageError, DerivedDatabase
from photo_assets.identity.fingerprints.options import Conditions
from photo_assets.identity.fingerprints.record import ContentKey, Fingerprint
from photo_assets.identity.fingerprints.tasks import Task
from photo_assets.media.content import ContentRef
from photo_assets.model.media import extension

# The version is part of the name: programs of different versions can share the file.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS fingerprint_1 (
    path TEXT NOT NULL, member TEXT NOT NULL, file_size INTEGER NOT NULL,
    file_mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    payload BLOB NOT NULL, checksum BLOB NOT NULL,
    PRIMARY KEY (path, member, file_size, file_mtime_ns, inode)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS fingerprint_1_by_inode
    ON fingerprint_1 (inode, file_size, file_mtime_ns, member);
CREATE TABLE IF NOT EXISTS content_1 (
    sha256 BLOB NOT NULL, path TEXT NOT NULL, member TEXT NOT NULL, file_size INTEGER NOT NULL,
    file_mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    PRIMARY KEY (sha256, path, member)
) WITHOUT ROWID;
"""
_WANTED = "WITH wanted(n, path, member, file_size, file_mtime_ns, inode) AS (VALUES {rows})"
_GET = (
    _WANTED
    + """
SELECT n, f.* FROM wanted AS w JOIN fingerprint_1 AS f
    ON f.path = w.path AND f.member = w.member AND f.file_size = w.file_size
    AND f.file_mtime_ns = w.file_mtime_ns
    AND (f.inode = w.inode OR f.inode = 0 OR w.inode = 0)
ORDER BY n, f.inode = w.inode, f.inode
"""
)
_GET_LATEST = (
    _WANTED
    + """
SELECT n, f.* FROM wanted AS w JOIN fingerprint_1 AS f
    ON f.path = w.path AND f.member = w.member
ORDER BY n, f.file_mtime_ns, f.file_size, f.inode
"""
)
# The order of the join is forced: without statistics SQLite may scan the whole table for a batch.
_GET_ELSEWHERE = (
    _WANTED
    + """
SELECT n, f.* FROM wanted AS w CROSS JOIN fingerprint_1 AS f INDEXED BY fingerprint_1_by_inode
    ON f.inode = w.inode AND f.file_size = w.file_size AND f.file_mtime_ns = w.file_mtime_ns
    AND f.member = w.member
WHERE f.path <> w.path
ORDER BY n, f.path
"""
)
_GET_SAME = """
SELECT f.* FROM content_1 AS c JOIN fingerprint_1 AS f USING (path, member, file_size,
    file_mtime_ns, inode)
WHERE c.sha256 = ? ORDER BY path, member LIMIT 20
"""
_PUT_CONTENT = "INSERT OR REPLACE INTO content_1 VALUES (?, ?, ?, ?, ?, ?)"
_PUT = "INSERT OR REPLACE INTO fingerprint_1 VALUES (?, ?, ?, ?, ?, ?, ?)"
_BATCH = 150  # six parameters each; SQLite before 3.32 takes 999

_T = TypeVar("_T")


class FingerprintCache:
    """Fingerprints by content key. Safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = DerivedDatabase(path, _SCHEMA)

    def get(self, keys: Iterable[ContentKey]) -> dict[ContentKey, Fingerprint]:
        """Return the records of those `keys` that have one, with any change time.

        Raises `StorageError`.
        """
        return self._select(_GET, list(keys))

    def get_latest(
        self, contents: Iterable[tuple[str, str | None]]
    ) -> dict[ContentKey, Fingerprint]:
        """Return the newest record of each (path, member), under a key with no stat (zeros).

        For contents whose file cannot be checked now.
        """
        return self._select(_GET_LATEST, [ContentKey(p, m, 0, 0, None) for p, m in contents])

    def find_elsewhere(
        self, keys: Iterable[ContentKey]
    ) -> dict[ContentKey, list[tuple[str, Fingerprint]]]:
        """Return the records with another path and the same size, time and inode, by path.

        Whether such a record is of the same file is decided by the caller. Raises `StorageError`.
        """
        found: dict[ContentKey, list[tuple[str, Fingerprint]]] = {}
        for batch in _batches(list(keys), _BATCH):
            for n, path, payload in self._rows(_GET_ELSEWHERE, batch):
                record = _parse(payload)
                if record is not None:
                    found.setdefault(batch[n], []).append((path, record))
        return found

    def put(self, records: Mapping[ContentKey, Fingerprint]) -> None:
        """Store `records` in one transaction, replacing those of the same keys."""
        rows = [_seal(key, record) for key, record in records.items()]
        contents = [(record.sha256, *_columns(key)) for key, record in records.items()]

        def store(connection: sqlite3.Connection) -> None:
            connection.executemany(_PUT, rows)
            connection.executemany(_PUT_CONTENT, contents)

        if rows:
            self._database.run(store)

    def find_same(self, sha256: bytes) -> list[tuple[str, str | None, Fingerprint]]:
        """Return (path, member, record) of a few contents with exactly these bytes."""

        def select(connection: sqlite3.Connection) -> list[tuple[str, str, bytes]]:
            found = connection.execute(_GET_SAME, [sha256])
            return [(row[0], row[1], _unseal(row)) for row in found]

        known = [(p, m or None, _parse(payload)) for p, m, payload in self._database.run(select)]
        return [(p, m, record) for p, m, record in known if record and record.sha256 == sha256]

    def close(self) -> None:
        """Close this process's connection; the next call opens it again."""
        self._database.close()

    def _select(self, query: str, keys: Sequence[ContentKey]) -> dict[ContentKey, Fingerprint]:
        found: dict[ContentKey, Fingerprint] = {}
        for batch in _batches(keys, _BATCH):
            for n, _path, payload in self._rows(query, batch):
                record = _parse(payload)
                if record is not None:
                    found[batch[n]] = record
        return found

    def _rows(self, query: str, batch: Sequence[ContentKey]) -> list[tuple[int, str, bytes]]:
        statement = query.format(rows=",".join(["(?,?,?,?,?,?)"] * len(batch)))
        values = [value for n, key in enumerate(batch) for value in (n, *_columns(key))]

        def select(connection: sqlite3.Connection) -> list[tuple[int, str, bytes]]:
            found = connection.execute(statement, values)
            return [(n, row[0], _unseal(row)) for n, *row in found]

        return self._database.run(select)


class SameBytes:
    """Results of this run and earlier ones by SHA-256. Shared by the threads of a run.

    The same photo is often in several catalogs. Everything other than the digests depends only on
    the bytes and on the file name's extension, which selects the decoder.
    """

    def __init__(self, cache: FingerprintCache, conditions: Conditions) -> None:
        self._cache = cache
        self._conditions = conditions
        self._found: dict[tuple[bytes, str], Fingerprint] = {}
        self._lock = threading.Lock()

    def add(self, ref: ContentRef, fingerprint: Fingerprint) -> None:
        """Add a new result."""
        with self._lock:
            self._found[fingerprint.sha256, _ending(ref.path, ref.member)] = fingerprint

    def fill(self, task: Task) -> None:
        """Fill `task`, whose digests were just received, with known results of the same bytes."""
        sha256 = task.sha256
        assert sha256 is not None
        known = task.known
        if known is None or known.sha256 != sha256:
            known = self._known(sha256, _ending(task.ref.path, task.ref.member))
        if known is not None:
            task.adopt(known, self._conditions.missing_parts(known, task.parts))

    def _known(self, sha256: bytes, ending: str) -> Fingerprint | None:
        with self._lock:
            found = self._found.get((sha256, ending))
        if found is not None:
            return found
        stored = self._cache.find_same(sha256)
        return next((known for p, m, known in stored if _ending(p, m) == ending), None)


def _columns(key: ContentKey) -> tuple[str, str, int, int, int]:
    inode = key.inode or 0
    signed = inode - (1 << 64) if inode >= 1 << 63 else inode  # SQLite has no unsigned integers
    return key.path, key.member or "", key.file_size, key.file_mtime_ns, signed


def _seal(key: ContentKey, record: Fingerprint) -> tuple[Any, ...]:
    values = (*_columns(key), record.to_json())
    return (*values, _checksum(values))


def _checksum(values: Sequence[Any]) -> bytes:
    # SQLite does not detect a flipped bit inside a row; a wrong digest would join wrong photos.
    return hashlib.blake2b(repr(tuple(values)).encode(), digest_size=8).digest()


def _unseal(row: Sequence[Any]) -> bytes:
    *values, checksum = row
    if _checksum(values) != checksum:
        raise DamageError("a row does not match its checksum")
    payload: bytes = values[-1]
    return payload


def _parse(payload: bytes) -> Fingerprint | None:
    try:
        return Fingerprint.from_json(payload)
    except (ValueError, TypeError):  # written by a version with other fields
        return None


def _batches(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _ending(path: str, member: str | None) -> str:
    return extension(path if member is None else member)
