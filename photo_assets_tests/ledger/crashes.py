"""Kills a process by SIGKILL at random moments while it writes to a ledger in a SQLite file.

Run as a program with a folder and a number of kills; prints the kills, and the writes of the last
ledger. After each kill everything that was said to be stored is there, once and whole, and of the
rest at most the next write, whole.
"""

import os
import random
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pyarrow as pa

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
from photo_assets.ledger.aliases import Merge
from photo_assets.ledger.photos import KNOWN_KEYS

_LONGEST_S = 0.05
_MOST = 300
"""Writes to one ledger: all of them are read after each kill."""

_ROWS = {
    "photos": ("photo_keys", "key LIKE ?", 3),
    "merge": ("photo_aliases", "why LIKE ?", 1),
    "decision": ("decisions", "conflict_id LIKE ?", 1),
    "audit": ("audit", "subject LIKE ?", 2),
    "confirmation": ("confirmations", "scan_digest LIKE ?", 1),
    "pages": ("sink_pages", "key LIKE ?", 2),
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


def examine(file: Path, said: int) -> int:
    """Return how many writes are there; those before `said` must be, and all of them whole."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        (dangling,) = connection.execute(
            "SELECT count(*) FROM photo_keys WHERE photo_id NOT IN (SELECT photo_id FROM photos)"
        ).fetchone()
        assert dangling == 0
        found = 0
        while True:
            table, condition, rows = _ROWS[_KINDS[found % len(_KINDS)]]
            query = f"SELECT count(*) FROM {table} WHERE {condition}"
            (count,) = connection.execute(query, (f"{found:06}-%",)).fetchone()
            if not count:
                break
            assert count == rows, (found, table, count)
            found += 1
        everything = sum(
            connection.execute(
                f"SELECT count(*) FROM {table} WHERE {condition}", ("______-%",)
            ).fetchone()[0]
            for table, condition, _ in _ROWS.values()
        )
    assert everything == sum(_ROWS[_KINDS[one % len(_KINDS)]][2] for one in range(found))
    assert said <= found <= said + 1, (said, found)
    return found


def _create(file: Path) -> None:
    """Create a ledger in a process of its own: SQLite's connections must not be forked."""
    child = os.fork()
    if child == 0:
        open_ledger(f"sqlite:///{file}")
        os._exit(0)
    os.waitpid(child, 0)


def kill_at_random(root: Path, times: int) -> None:
    """Write to ledgers, and kill the writer so often."""
    for number in range(len(_KINDS)):  # imports all that writing needs, before the forks
        write(open_ledger(f"sqlite:///{root / 'first.db'}"), number)
    chance, killed, done, file = random.Random(times), 0, _MOST, root
    while killed < times:
        if done >= _MOST:  # begin again with an empty ledger
            file, done = root / f"ledger-{killed}.db", 0
            _create(file)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            ledger = open_ledger(f"sqlite:///{file}")
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
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        said = 0
        while more := os.read(reading, 4096):
            said += more.count(b".")
        os.close(reading)
        done = examine(file, done + said)
    print(killed, done)


if __name__ == "__main__":
    kill_at_random(Path(sys.argv[1]), int(sys.argv[2]))
