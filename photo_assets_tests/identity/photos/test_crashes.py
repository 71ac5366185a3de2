"""Concurrent and killed runs: the ledger contains all of a run or nothing."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from photo_assets.identity.photos import PhotoInputs, build_photos
from photo_assets.ledger import PhotoRegistry, RegistrySession, open_ledger
from photo_assets_tests.configured import default_hierarchy
from photo_assets_tests.identity.photos.making import Thing, ids, run, store
from photo_assets_tests.processes import PROCESSES
from photo_assets_tests.time_limit import PATIENCE_S


class DiesBeforeCommit(PhotoRegistry):
    """Everything is written, and the process ends before the transaction does."""

    @contextmanager
    def session(self) -> Iterator[RegistrySession]:
        with super().session() as session:
            yield session
            os.kill(os.getpid(), signal.SIGKILL)


def things(n: int = 40) -> list[Thing]:
    folder = [Thing(id=f"{k}.jpg", content=b"%d" % k) for k in range(n)]
    library = [Thing(source="eagle", id=f"K{k}", content=b"%d" % (k % 7)) for k in range(n)]
    return [*folder, *library]


def _die(url: str, inputs: PhotoInputs) -> None:
    build_photos(inputs, DiesBeforeCommit(open_ledger(url)), default_hierarchy())


def test_a_run_killed_before_its_commit_stores_nothing(ledger_url: str, tmp_path: Path) -> None:
    registry = PhotoRegistry(open_ledger(ledger_url))
    start = run(tmp_path, registry, things(10))
    before = registry.counts()
    inputs = store(tmp_path, things())
    process = PROCESSES.Process(target=_die, args=(ledger_url, inputs))
    process.start()
    process.join(PATIENCE_S)
    assert process.exitcode == -signal.SIGKILL
    assert registry.counts() == before
    # The next run stores the same as the killed one would have.
    tables = build_photos(inputs, registry, default_hierarchy())
    assert ids(tables).items() >= ids(start).items()
    assert build_photos(inputs, registry, default_hierarchy()).summary.keys_written == 0


def _build(url: str, inputs: PhotoInputs, barrier: object, answers: object) -> None:
    registry = PhotoRegistry(open_ledger(url))
    barrier.wait()  # type: ignore[attr-defined]
    tables = build_photos(inputs, registry, default_hierarchy())
    answers.put((tables.summary.keys_written, ids(tables)))  # type: ignore[attr-defined]


def test_concurrent_runs_give_one_set_of_ids(ledger_url: str, tmp_path: Path) -> None:
    inputs = [store(tmp_path, things()), store(tmp_path, reversed(things()))]
    barrier, answers = PROCESSES.Barrier(2), PROCESSES.Queue()
    processes = [
        PROCESSES.Process(target=_build, args=(ledger_url, each, barrier, answers))
        for each in inputs
    ]
    for process in processes:
        process.start()
    got = [answers.get(timeout=PATIENCE_S) for _ in processes]
    for process in processes:
        process.join()
    assert got[0][1] == got[1][1]
    written = sorted(number for number, _ in got)
    assert written[0] == 0
    assert written[1] > 0


@pytest.mark.slow
def test_twenty_thousand_items_twice(tmp_path: Path, ledger_url: str) -> None:
    """Above this number the registry reads whole tables instead of looking up keys."""
    registry = PhotoRegistry(open_ledger(ledger_url))
    many = [Thing(id=f"{k}.jpg", content=b"%d" % k) for k in range(20_000)]
    first = run(tmp_path, registry, many)
    again = run(tmp_path, registry, many)
    assert ids(again) == ids(first)
    assert again.summary.keys_written == again.summary.new_photos == 0
