"""A copy of the ledger's keys in one Parquet file, because reading them row by row takes minutes.

The ledger is authoritative. A copy is used only if it has the id of the registry's current state,
which every transaction of the registry sets to a new random value, and the SHA-256 it had when it
was written: an outdated, damaged or incomplete copy, or one of another ledger, is rebuilt.
"""

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from photo_assets.lake.query_engine import file_text
from photo_assets.lake.views import stored_rows
from photo_assets.ledger.photos import KNOWN_KEYS, RegistrySession
from photo_assets.model.errors import StorageError
from photo_assets.system.durable import require_directory, sweep_temporaries, write_bytes

_ROWS = "photo_keys.parquet"
_LABEL = "photo_keys.json"
_FORMAT = 1
_ABANDONED_S = 24 * 3600.0

_KEPT = """
SELECT key, coalesce(m.photo_id, k.photo_id) AS photo_id, blob, capture
FROM (SELECT key, photo_id, blob, capture FROM known ANTI JOIN changed USING (key)
      UNION ALL SELECT key, photo_id, blob, capture FROM changed) k
LEFT JOIN merged m ON m.old_id = k.photo_id
"""


class KeyCopy:
    """The copy in `folder`, which this run reads through its own file name until `close`.

    Another run may replace the copy in the meantime. Without a permanent folder, it is created for
    this run only.
    """

    def __init__(self, folder: Path | None, scratch: Path) -> None:
        self._folder = folder
        self._mine = (folder or scratch) / f".{os.getpid()}-{secrets.token_hex(4)}.tmp"

    def open(self, connection: duckdb.DuckDBPyConnection, session: RegistrySession) -> None:
        """Create the view `known` (key, photo_id, blob, capture): all keys of the ledger.

        Raises `StorageError` when the folder cannot be written.
        """
        revision = session.revision
        if not self._take(revision):
            _spool(connection, session.known(None))
            _export(connection, "FROM spool", self._mine)
            connection.execute("DROP TABLE spool")
            if self._folder is not None:
                _publish(self._mine, self._folder, revision)
        connection.execute(f"CREATE TEMP VIEW known AS FROM {stored_rows([self._mine])}")

    def renew(self, connection: duckdb.DuckDBPyConnection, revision: str) -> None:
        """Write the copy of the state after this run's committed change.

        Needs the tables `known`, `changed` (with the columns of `known`) and `merged` (old_id,
        photo_id). If no copy was opened, none is written: few keys are looked up in the ledger.
        """
        if self._folder is None or not self._mine.exists():
            return
        temp = self._folder / f".{os.getpid()}-{secrets.token_hex(4)}.tmp"
        try:
            _export(connection, _KEPT, temp)
            _publish(temp, self._folder, revision)
        finally:
            temp.unlink(missing_ok=True)

    def close(self) -> None:
        """Release this run's copy."""
        self._mine.unlink(missing_ok=True)

    def _take(self, revision: str) -> bool:
        """Link the copy to this run's own file name; return whether it is valid."""
        if self._folder is None:
            return False
        require_directory(self._folder)
        sweep_temporaries(self._folder, _ABANDONED_S, time.time())
        try:
            _link(self._folder / _ROWS, self._mine)
            label = json.loads((self._folder / _LABEL).read_bytes())
            believed = bool(label == _label(revision, _digest(self._mine)))
        except (OSError, ValueError):
            believed = False
        if not believed:
            self._mine.unlink(missing_ok=True)
        return believed


def _export(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    connection.execute(f"COPY ({query}) TO {file_text(target)} (FORMAT parquet)")


def _publish(made: Path, folder: Path, revision: str) -> None:
    """Publish a file as the copy. It is not synced: its digest shows damage by a power failure."""
    temp = folder / f".{os.getpid()}-{secrets.token_hex(4)}.tmp"
    try:
        _link(made, temp)
        temp.replace(folder / _ROWS)
        label = json.dumps(_label(revision, _digest(made)))
    except OSError as error:
        temp.unlink(missing_ok=True)
        raise StorageError(
            f"Could not write {folder / _ROWS}: {error.strerror or error}.",
            hint="Free up space on that disk or fix its permissions, then run again.",
        ) from error
    write_bytes(folder / _LABEL, label.encode())


def _link(file: Path, name: Path) -> None:
    """Create a hard link to a file, or copy it where the file system has no hard links."""
    try:
        os.link(file, name)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(file, name)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _label(revision: str, digest: str) -> dict[str, str | int]:
    return {"format": _FORMAT, "revision": revision, "sha256": digest}


def _spool(
    connection: duckdb.DuckDBPyConnection, batches: Iterator[pa.RecordBatch], rows: int = 500_000
) -> None:
    """Collect all rows of the ledger in the table `spool` in batches."""
    connection.execute(
        "CREATE TEMP TABLE spool (key VARCHAR, photo_id UUID, blob BLOB, capture BLOB)"
    )
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(part.num_rows for part in waiting) >= rows:
            _insert(connection, waiting)
            waiting = []
    _insert(connection, waiting)


def _insert(connection: duckdb.DuckDBPyConnection, batches: list[pa.RecordBatch]) -> None:
    connection.register("arrived", pa.Table.from_batches(batches, schema=KNOWN_KEYS))
    connection.execute(
        "INSERT INTO spool SELECT key, photo_id::UUID, unhex(blob), unhex(capture) FROM arrived"
    )
    connection.unregister("arrived")
