"""Kills a process by SIGKILL at random moments while it writes to a ledger.

Run as a program with a folder, a number of kills and, for ledgers in PostgreSQL instead of SQLite
files, the URL of a server; prints the kills, and the writes of the last ledger. After each kill
everything that was said to be stored is there, once and whole, and of the rest at most the next
write, whole.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from photo_assets.ledger import (
    Audit,
    AuditEntry,
    Confirmations,
    Decision,
    Decisions,
    Ledger,
    PhotoRegistry,
    RegistryChange,
    SinkPages,
    open_ledger,
)
from photo_assets.ledger.address import parse_address
from photo_assets.ledger.aliases import Merge
from photo_assets.ledger.photos import KNOWN_KEYS
from photo_assets_tests.postgres import new_database

_LONGEST_S = 0.05
_MOST = 300
"""Writes to one ledger: all of them are read after each kill."""

_ROWS = {
    "photos": ("photo_keys", "key LIKE :key", 3),
    "merge": ("photo_aliases", "why LIKE :key", 1),
    "decision": ("decisions", "conflict_id LIKE :key", 1),
    "audit": ("audit", "subject LIKE :key", 2),
    "confirmation": ("confirmations", "scan_digest LIKE :key", 1),
    "pages": ("sink_pages", "key LIKE :key", 2),
}
"""Kind of write -> where its rows are, and how many it has."""

_KINDS = tuple(_ROWS)


def write(ledger: Ledger, number: int) -> None:
    """Do write `number`, each in one transaction, of each kind in turn."""
    name, nothing = f"{number:06}", KNOWN_KEYS.empty_table()
    match _KINDS[number % len(_KINDS)]:
        case "photos":
            rows = [{"key": f"{name}-{key}", "photo_id": _photo(number)} for key in range(3)]
            keys = pa.Table.from_pylist(rows, schema=KNOWN_KEYS)
            _apply(ledger, RegistryChange(_photos(number, number + 1), keys))
        case "merge":
            merge = Merge(_photo(number), _photo(number - 1), f"{name}-")
            _apply(ledger, RegistryChange(_photos(), nothing, [merge]))
        case "decision":
            Decisions(ledger).append(
                Decision(
                    conflict_id=f"{name}-",
                    evidence_digest="0" * 64,
                    values_seen="[]",
                    answer="{}",
                    who="test",
                )
            )
        case "audit":
            entry = AuditEntry(who="test", action="tested", subject=f"{name}-")
            Audit(ledger).append(entry, entry)
        case "confirmation":
            Confirmations(ledger).confirm("folders", "nas", f"{name}-", "test", 1, 2)
        case "pages":
            pages = [(f"{name}-{key}", "remote") for key in range(2)]
            SinkPages(ledger).adopt("notion", "here", "pages", pages)


def _photo(number: int) -> str:
    return f"{number:036}"


def _photos(*numbers: int) -> pa.Table:
    ids = [_photo(number) for number in numbers]
    return pa.table({"photo_id": pa.array(ids, pa.string()), "anchor": pa.array(ids, pa.string())})


def _apply(ledger: Ledger, change: RegistryChange) -> None:
    with PhotoRegistry(ledger).session() as session:
        session.apply(change)


def examine(url: str, said: int) -> int:
    """Return how many writes are there; those before `said` must be, and all of them whole."""
    with _connection(url) as connection:
        _settle(connection)

        def number_of(query: str, **values: str) -> int:
            return int(
                connection.execute(text(f"SELECT count(*) FROM {query}"), values).scalar_one()
            )

        assert number_of("photo_keys WHERE photo_id NOT IN (SELECT photo_id FROM photos)") == 0
        found = 0
        while True:
            table, condition, rows = _ROWS[_KINDS[found % len(_KINDS)]]
            count = number_of(f"{table} WHERE {condition}", key=f"{found:06}-%")
            if not count:
                break
            assert count == rows, (found, table, count)
            found += 1
        everything = sum(
            number_of(f"{table} WHERE {condition}", key="______-%")
            for table, condition, _ in _ROWS.values()
        )
    assert everything == sum(_ROWS[_KINDS[one % len(_KINDS)]][2] for one in range(found))
    assert said <= found <= said + 1, (said, found)
    return found


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    engine = create_engine(parse_address(url), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _settle(connection: Connection) -> None:
    """Check a file's integrity; on a server, wait until it has noticed that the writer is gone."""
    if connection.dialect.name == "sqlite":
        assert connection.execute(text("PRAGMA integrity_check")).fetchall() == [("ok",)]
        assert connection.execute(text("PRAGMA foreign_key_check")).fetchall() == []
        return
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    query = text(f"SELECT count(*) FROM pg_stat_activity WHERE {others}")
    while connection.execute(query).scalar_one():
        connection.rollback()  # the view is read once a transaction
        time.sleep(0.005)
    connection.rollback()


def _create(url: str) -> None:
    """Create a ledger in a process of its own: connections must not be forked."""
    child = os.fork()
    if child == 0:
        open_ledger(url)
        os._exit(0)
    os.waitpid(child, 0)


def kill_at_random(root: Path, times: int, server: str | None = None) -> None:
    """Write to ledgers, and kill the writer so often."""
    for number in range(len(_KINDS)):  # imports all that writing needs, before the forks
        write(open_ledger(f"sqlite:///{root / 'first.db'}"), number)
    chance, killed, done, url = random.Random(times), 0, _MOST, ""
    with ExitStack() as databases:
        while killed < times:
            if done >= _MOST:  # begin again with an empty ledger
                databases.close()
                name = f"ledger{killed}"
                url = f"sqlite:///{root / name}.db"
                if server:
                    url = databases.enter_context(new_database(server, name))
                _create(url)
                done = 0
            hit, done = kill_once(url, done, chance)
            killed += hit
    print(killed, done)


def kill_once(url: str, done: int, chance: random.Random) -> tuple[int, int]:
    """Write from number `done` on, kill the writer; return whether it was hit, and the writes."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        ledger = open_ledger(url)
        os.write(writing, b"o")
        for number in range(done, _MOST):
            write(ledger, number)
            os.write(writing, b".")
        os._exit(0)
    os.close(writing)
    if chance.random() < 0.9:  # otherwise it may be killed while it opens the ledger
        os.read(reading, 1)
    time.sleep(chance.uniform(0, _LONGEST_S))
    os.kill(child, signal.SIGKILL)
    hit = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    said = 0
    while more := os.read(reading, 4096):
        said += more.count(b".")
    os.close(reading)
    return hit, examine(url, done + said)


if __name__ == "__main__":
    kill_at_random(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
