"""A sink whose other side is a SQLite file that makes a new row at every create, asked twice or not.

Like a service without idempotency: whoever repeats a create without looking has two rows. Faults
come by a seed: a request that is refused, one that is lost before it arrives, one whose reply is
lost after it was done.
"""

import json
import os
import random
import sqlite3
import sys
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from photo_assets import library
from photo_assets.catalogs.registry import SPECS as CATALOG_SPECS
from photo_assets.configuration.sinks import SinkSettings
from photo_assets.ledger import SinkPages
from photo_assets.library import open_workspace
from photo_assets.model.canonical import canonical
from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.model.plans import CREATE, DESIRED, NO_MONTH, content_digest
from photo_assets.service_calls import (
    AmbiguousServiceError,
    CallStatistics,
    Fault,
    FaultKind,
    PermanentServiceError,
    StoppedError,
)
from photo_assets.sinks import registry
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.engine.known_rows import changed_fields
from photo_assets.sinks.protocol import (
    PlanRow,
    ReadBack,
    RowOutcome,
    RowState,
    Sink,
    SinkNotReadyError,
    Verification,
)
from photo_assets.sinks.spec import UNIFIED, SinkSpec
from photo_assets.workspace import Workspace

SCHEMA = """
create table if not exists shelf (
  id integer primary key, target text, key text, content text, theirs text
);
create table if not exists log (at real, pid integer, what text);
"""


MONTH = "2026-01-01"


def _open(_workspace: Workspace) -> Sink:
    raise SinkNotReadyError("A shelf is made by the test that wants something on it.")


SHELF = SinkSpec(
    name="shelf",
    title="Shelf",
    settings=SinkSettings,
    open=_open,
    holds="books",
    summary="What lies on the shelf.",
    inputs=(UNIFIED,),
    started_by=(UNIFIED,),
    columns=("photo_id", "title"),
    icon="sqlite",
)
_SPECS = (*registry.SPECS, SHELF)
_SETTINGS = library.settings_model(CATALOG_SPECS, _SPECS)


def register() -> None:
    """Let the shelf be one of the sinks, in this process."""
    registry.SPECS = _SPECS
    library.SETTINGS = _SETTINGS


class ShelfSink:
    """Wants `wanted` (target, key, photo, content) on the shelf `file`; `share` of requests fail."""

    name = SHELF.name
    targets = ("albums", "pages")

    def __init__(
        self,
        workspace: Workspace,
        file: Path,
        wanted: Sequence[tuple[str, str, str, dict[str, object]]] = (),
        *,
        share: float = 0.0,
        seed: int = 0,
        pause_s: float = 0.0,
    ) -> None:
        self.workspace = workspace
        self.file = file
        self.wanted = wanted
        self.share = share
        self.pause_s = pause_s
        self.deaf = False  # whatever is done, no reply comes
        self.policy = DisclosurePolicy(people=True, gps=True, archived=True)
        self.secret: set[str] = set()  # fields that may not be there, and keys of such rows
        self.chance = random.Random(seed)
        self.months: dict[str, str] = {}  # by key, of what is not in `MONTH`
        self.asked: list[list[str]] = []  # the partitions that were asked for, each time

    def destination(self) -> str | None:
        return self.file.name

    def web_address(self) -> str | None:
        return None

    def partitions(self) -> dict[str, str]:
        return {
            part: content_digest(canonical([[str(one) for one in rows], sorted(self.secret)]))
            for part, rows in self._by_part().items()
        }

    def desired(self, partitions: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
        self.asked.append(sorted(partitions))
        for part, wanted in self._by_part().items():
            if part not in partitions:
                continue
            rows = [
                {
                    "target": target,
                    "key": key,
                    "photo_id": photo,
                    "month": None if part == NO_MONTH else part,
                    "content": self.allowed(target, key, canonical(content)),
                    "note": None,
                    "withheld": key in self.secret,
                }
                for target, key, photo, content in wanted
            ]
            for start in range(0, len(rows), 100):
                yield part, pa.Table.from_pylist(rows[start : start + 100], schema=DESIRED.schema)

    def _by_part(self) -> dict[str, list[tuple[str, str, str, dict[str, object]]]]:
        found: dict[str, list[tuple[str, str, str, dict[str, object]]]] = {}
        for row in self.wanted:
            month = self.months.get(row[1], MONTH) if row[2] else NO_MONTH
            found.setdefault(month, []).append(row)
        return found

    def allowed(self, target: str, key: str, content: str) -> str:
        if key in self.secret:
            return canonical({"withheld": True})
        found = json.loads(content)
        return canonical({name: one for name, one in found.items() if name not in self.secret})

    def retired(self, target: str, key: str, content: str, successor: str | None) -> str | None:
        if target == "albums":
            return None
        left = json.loads(self.allowed(target, key, content))
        return canonical({**left, "gone": successor or True})

    def changed(self, before: str | None, after: str) -> str:
        return changed_fields(before, after)

    def requests(self, rows: Iterable[PlanRow]) -> Iterator[Sequence[PlanRow]]:
        waiting: list[PlanRow] = []
        for row in rows:
            if waiting and (len(waiting) == 3 or waiting[0].target != row.target):
                yield waiting
                waiting = []
            waiting.append(row)
        if waiting:
            yield waiting

    def connect(self) -> "ShelfConnection":
        return ShelfConnection(self)


class ShelfConnection:
    def __init__(self, sink: ShelfSink) -> None:
        self.sink = sink
        self.destination = sink.file.name
        self.statistics = CallStatistics()
        self.stopped = threading.Event()
        with self._shelf() as shelf:
            shelf.executescript(SCHEMA)

    def _shelf(self) -> sqlite3.Connection:
        return sqlite3.connect(self.sink.file, timeout=60)

    def prepare(self, rows: int) -> Sequence[str]:
        return [f"{rows} to write"]

    def send(self, rows: Sequence[PlanRow], *, uncertain: bool) -> Sequence[RowOutcome]:
        fate = self.sink.chance.random()
        if fate < self.sink.share / 2:
            raise AmbiguousServiceError("shelf", Fault(FaultKind.AMBIGUOUS, "lost on the way"))
        asked = [json.loads(row.after) for row in rows]
        if any(one.get("not ready") for one in asked):
            raise SinkNotReadyError("The shelf is locked.")
        pause = max([self.sink.pause_s, *(one.get("pause_s", 0.0) for one in asked)])
        if pause and self.stopped.wait(pause):
            raise StoppedError("shelf: stopped")
        with self._shelf() as shelf:
            outcomes = [self._put(shelf, row, uncertain) for row in rows]
            shelf.execute("insert into log values (?, ?, ?)", (time.time(), os.getpid(), "send"))
        if any(json.loads(row.after).get("refuse all") for row in rows):
            raise PermanentServiceError("shelf", Fault(FaultKind.PERMANENT, "refused"))
        if fate < self.sink.share or self.sink.deaf:
            raise AmbiguousServiceError("shelf", Fault(FaultKind.AMBIGUOUS, "no reply"))
        return outcomes

    def _put(self, shelf: sqlite3.Connection, row: PlanRow, uncertain: bool) -> RowOutcome:
        if json.loads(row.after).get("refuse"):
            return RowOutcome(row=row.row, state=RowState.FAILED, error="it is refused")
        remote = self._known(row)
        if remote is None and (uncertain or row.action != CREATE):
            there = shelf.execute(
                "select id from shelf where target = ? and key = ?", (row.target, row.key)
            ).fetchone()
            remote = str(there[0]) if there else None
        if remote is None:
            made = shelf.execute(
                "insert into shelf (target, key, content) values (?, ?, ?)",
                (row.target, row.key, row.after),
            )
            return RowOutcome(row=row.row, state=RowState.CREATED, remote_id=str(made.lastrowid))
        shelf.execute("update shelf set content = ? where id = ?", (row.after, int(remote)))
        return RowOutcome(row=row.row, state=RowState.UPDATED, remote_id=remote)

    def _known(self, row: PlanRow) -> str | None:
        pages = SinkPages(self.sink.workspace.ledger)
        return pages.find(self.sink.name, self.destination, row.target, row.key)

    def verify(self) -> Verification:
        with self._shelf() as shelf:
            rows = shelf.execute("select target, key, content from shelf order by id").fetchall()
        known = {
            (target, key): digest
            for target in ShelfSink.targets
            for key, (_, digest) in SinkPages(self.sink.workspace.ledger)
            .known(self.sink.name, self.destination, target)
            .items()
        }
        drifted = [
            ReadBack(target=target, key=key, found=content, why="changed there")
            for target, key, content in rows
            if known.get((target, key)) != content_digest(content)
        ]
        return Verification(rows=len(rows), drifted=tuple(drifted))

    def stop(self) -> None:
        self.stopped.set()

    def close(self) -> None:
        pass


def contents(file: Path) -> dict[tuple[str, str], dict[str, object]]:
    """Return what lies on the shelf; raises when a key lies there twice."""
    with sqlite3.connect(file) as shelf:
        rows = shelf.execute("select target, key, content from shelf").fetchall()
    found = {(target, key): json.loads(content) for target, key, content in rows}
    assert len(found) == len(rows), "a key lies there twice"
    return found


def main() -> None:
    """Apply a plan, for tests that kill whoever does.

    Arguments: configuration, shelf, plan, share, seed, seconds a request takes.
    """
    configuration, file, plan_id, share, seed, *pause = sys.argv[1:]
    register()
    workspace = open_workspace(Path(configuration))
    sink = ShelfSink(workspace, Path(file), share=float(share), seed=int(seed))
    sink.pause_s = float(pause[0]) if pause else 0.002
    applied = apply_plan(workspace, sink, plan_id, at_once=3)
    print(json.dumps({"left": applied.left, "failed": applied.failed}), flush=True)


if __name__ == "__main__":
    main()
