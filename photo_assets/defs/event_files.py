"""The files of Dagster's event log while a run writes many events; other storages are let alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import dagster as dg

# A private path to a class that dagster.yaml can name; the exact pin on dagster holds it in place.
from dagster._core.storage.event_log import SqliteEventLogStorage

_INDEX = "index"


@contextmanager
def kept_open(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """Keep the event log's SQLite files open inside the block.

    Dagster opens and closes four connections an event. Closing the last one of a file with a
    write-ahead log copies the log into the file and deletes it (sqlite.org/wal.html, section 5),
    which waits for the disk several times; with an idle connection beside it, it waits once.
    """
    storage = instance.event_log_storage
    with ExitStack() as stack:
        if isinstance(storage, SqliteEventLogStorage):
            for shard in (_INDEX, run_id):
                path = Path(storage.path_for_shard(shard))
                with suppress(sqlite3.Error):  # then events are only slower
                    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)
                    stack.enter_context(closing(connection))
                    # A file counts as open from the first statement on.
                    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield
