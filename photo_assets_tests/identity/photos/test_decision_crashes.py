"""A join that was killed at any moment after a decision is completed by the next one."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from photo_assets.lake import Lake
from photo_assets.ledger import open_ledger
from photo_assets_tests.identity.photos.deciding import Deciding
from photo_assets_tests.identity.photos.library import Library, taken
from photo_assets_tests.identity.photos.making import Thing
from photo_assets_tests.processes import PROCESSES
from photo_assets_tests.repetition import combinations
from photo_assets_tests.time_limit import PATIENCE_S

A, B, C = (taken(Thing(id=name, content=name.encode()), 2020, 1 + ord(name) % 3) for name in "abc")
MOMENTS = ("first table", "second table", "third table", "memory", "record")


def _kill(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die(folder: Path, moment: str) -> None:
    """Join as decided, and die at a moment after the ledger's commit."""
    join = "photo_assets.identity.photos"
    targets = {
        "memory": [f"{join}.memory.ItemMemory.update", f"{join}.memory.ItemMemory.write"],
        "record": [f"{join}.build.write_made"],
    }
    for target in targets.get(moment, ()):
        patch(target, _kill).start()
    if moment not in targets:
        patch.object(Lake, "write", _dying(Lake.write, MOMENTS.index(moment))).start()
    _deciding(folder).join()


def _dying(write: Callable[..., Any], left: int) -> Callable[..., Any]:
    writes = iter(range(left))

    def die_or_write(*values: Any, **named: Any) -> Any:
        asset = next(value for value in values if isinstance(value, tuple))
        if asset[0] == "identity" and asset[1] != "fingerprints" and next(writes, None) is None:
            _kill()
        return write(*values, **named)

    return die_or_write


def _deciding(folder: Path) -> Deciding:
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}")
    return Deciding(Library(folder / "library", (A, B, C)), ledger)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A, B and C, joined."""
    folder = tmp_path_factory.mktemp("start")
    _deciding(folder).join()
    return folder


@pytest.mark.parametrize(
    ("undone", "moment"),
    combinations(
        (False, True),
        MOMENTS,
        everyday=[(False, "second table"), (True, "record")],
    ),
)
def test_a_killed_join_is_completed(
    start: Path, tmp_path: Path, *, undone: bool, moment: str
) -> None:
    shutil.copytree(start, tmp_path, dirs_exist_ok=True)
    deciding = _deciding(tmp_path)
    before = deciding.ids()
    a, b = deciding.photo(A), deciding.photo(B)
    deciding.same(a, b)
    if undone:
        deciding.join()
        deciding.undo(a, b)
    process = PROCESSES.Process(target=_die, args=(tmp_path, moment))
    process.start()
    process.join(PATIENCE_S)
    assert process.exitcode == -signal.SIGKILL
    assert deciding.due(), "it is not finished"
    deciding.join(whole=True)
    joined = {A.key: min(a, b), B.key: min(a, b)}
    assert deciding.ids() == before | ({} if undone else joined)
    assert deciding.due() == []
