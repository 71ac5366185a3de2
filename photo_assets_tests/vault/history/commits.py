"""Commits to a repository without a lake, and ending a process before each call that changes it.

Run as a program with a folder: a process is ended by SIGKILL before the first call by which a
commit changes the disk, in another repository before the second one, and so on. Prints the number
of crashes, and after how many the new commit was there.
"""

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from photo_assets.system import durable
from photo_assets.vault.history import trees
from photo_assets.vault.history.committing import committing
from photo_assets.vault.history.packs import BLOB
from photo_assets.vault.history.repository import HistoryRepository

SCHEMA = (b"schemas", b"photo.schema.json")
CALLS = ("open", "mkdir", "fsync", "replace", "rename", "unlink", "write")
_WATCHED = durable._Watched


def commit(folder: Path, files: dict[tuple[bytes, ...], bytes], seconds: int) -> bytes:
    """Commit files in addition to those that are there."""
    repository = HistoryRepository(folder)
    with committing(repository) as writer:
        changes = [(path, writer.add(BLOB, content)) for path, content in sorted(files.items())]
        tree = writer.updated(repository.tree_of(repository.head()), iter(changes))
        assert tree is not None
        return writer.commit(tree, "photosync <photosync@localhost>", seconds, "message")


def contents(version: int) -> dict[tuple[bytes, ...], bytes]:
    """Return the files of one version: some change, some are added."""
    return {
        SCHEMA: b"{}",
        (b"photos", b"ab", b"cd", b"one.json"): b"one %d" % version,
        (b"photos", b"ab", b"ef", b"%d.json" % version): b"added",
    }


def commit_in_child(folder: Path, version: int, number: int) -> bool:
    """Commit in a child that is killed before call `number`; return whether it was."""
    child = os.fork()
    if child == 0:
        left = number

        def counted(real: Any) -> Any:
            def call(*arguments: Any, **options: Any) -> Any:
                nonlocal left
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                return real(*arguments, **options)

            return call

        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))
        _WATCHED.write = counted(_WATCHED.write)  # type: ignore[method-assign]
        commit(folder, contents(version), version)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def state_of(folder: Path) -> dict[str, bytes]:
    """Return the files of the last commit, none before the first; every object is read."""
    repository = HistoryRepository(folder)
    if repository.head() is None:
        return {}
    tree = repository.tree_of(repository.head())
    found = trees.files(repository, tree)
    return {b"/".join(path).decode(): repository.blob(name) for path, name in found}


def packs_of(folder: Path) -> list[str]:
    """Return the names of all files of packs."""
    return sorted(os.listdir(folder / "objects" / "pack"))


def main(root: Path) -> None:
    """Crash in the first commit of a repository, and in a later one."""
    first, then = root / "first", root / "then"
    commit(first, contents(1), 1)
    shutil.copytree(first, then)
    commit(then, contents(2), 2)
    old, new = state_of(first), state_of(then)
    kept = crashes = 0
    for start, version, states in ((None, 1, ({}, old)), (first, 2, (old, new))):
        number = 0
        while True:
            folder = root / f"{version}-{number}"
            if start is not None:
                shutil.copytree(start, folder)
            if not commit_in_child(folder, version, number):
                break
            found = state_of(folder) if (folder / "HEAD").exists() else {}
            assert found in states, (version, number, found)
            kept += found == states[1]
            commit(folder, contents(version), version)
            assert state_of(folder) == states[1], (version, number)
            left = [p for p in folder.rglob("*") if durable.is_temporary(p.name)]
            assert not left, (number, left)
            assert not (folder / "photosync" / "unfinished").exists(), number
            assert len(packs_of(folder)) <= 2 * (version + 1), (number, packs_of(folder))
            crashes += 1
            number += 1
    print(crashes, kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
