"""Ending a process before each call by which packs are joined. Run as a program.

The arguments are a repository with many packs and a folder for copies. Prints the number of crashes.
"""

import os
import shutil
import sys
from pathlib import Path

from photo_assets.vault.history.joining import join_packs
from photo_assets.vault.history.log import commits
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets_tests.vault.history.commits import commit, contents, packs_of, state_of


def main(start: Path, copies: Path) -> None:
    """Crash before the first call, in another copy before the second one, and so on."""
    expected = state_of(start)
    count = sum(1 for _ in commits(HistoryRepository(start)))
    crashes = 0
    while True:
        folder = copies / f"crash-{crashes}"
        shutil.copytree(start, folder)
        child = os.fork()
        if child == 0:
            _join(folder, crashes)
        if os.waitpid(child, 0)[1] == 0:
            break
        assert state_of(folder) == expected, crashes
        assert sum(1 for _ in commits(HistoryRepository(folder))) == count, crashes
        commit(folder, contents(count + 1), count + 1)
        assert len(packs_of(folder)) <= 4, (crashes, packs_of(folder))
        assert not (folder / "photosync" / "unfinished").exists(), crashes
        shutil.rmtree(folder)
        crashes += 1
    print(crashes)


def _join(folder: Path, calls: int) -> None:
    """Join the packs in this process, which ends before the call after `calls`."""
    left = calls

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        reads = event == "open" and not int(str(arguments[2])) & (os.O_WRONLY | os.O_RDWR)
        if event in {"os.rename", "os.remove", "open"} and not reads:
            left -= 1
            if left < 0:
                os._exit(9)

    repository = HistoryRepository(folder)
    sys.addaudithook(watch)
    join_packs(repository)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
