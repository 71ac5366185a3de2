"""Killing a restore before the calls by which it changes the disk, then running it again.

Run as a program in a project's folder, with a history, a number of crashes and a folder for copies
of the project. Each copy is restored twice: by a process that is killed, and by one that is not.
Prints the places of the crashes and the exit codes of the second runs.
"""

import importlib
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from photo_assets.cli import main
from photo_assets_tests.vault.history.commits import CALLS

# Before any child begins, so that each need not import it again.
for _module in ("photo_assets.cli.restoring", "photo_assets.defs.sync"):
    importlib.import_module(_module)


def restore_in_child(home: Path, history: str, before: Callable[[], None]) -> int:
    """Run a restore in a child; return its exit code, negative for a signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.chdir(home)
    os.environ["DAGSTER_HOME"] = str(home)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    for name in CALLS:
        setattr(os, name, _after(before, getattr(os, name)))
    os._exit(main.run(["restore", history]))


def _after(before: Callable[[], None], real: Any) -> Any:
    def call(*arguments: Any, **options: Any) -> Any:
        before()
        return real(*arguments, **options)

    return call


def count_calls(home: Path, history: str, counted: Path) -> int:
    """Return how often a whole restore changes the disk."""
    calls = 0

    def note() -> None:
        nonlocal calls
        calls += 1
        os.truncate(counted, calls)

    counted.touch()
    assert restore_in_child(home, history, note) == 0
    return counted.stat().st_size


def main_program(history: str, crashes: int, copies: Path) -> None:
    """Crash `crashes` times, at places that are spread evenly."""
    first = copies / "whole"
    shutil.copytree(Path.cwd(), first)
    # Runs differ by a few calls, and the last ones are made when all is done.
    total = count_calls(first, history, copies / "counted") * 9 // 10
    for number in range(crashes):
        left = total * (2 * number + 1) // (2 * crashes)
        home = copies / str(number)
        shutil.copytree(Path.cwd(), home)

        def kill() -> None:
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

        place = left
        killed = restore_in_child(home, history, kill)
        assert killed == -signal.SIGKILL, killed
        print(place, restore_in_child(home, history, lambda: None), flush=True)


if __name__ == "__main__":
    main_program(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
