"""What a disk may hold after a power failure: only what was synced, with names early or late.

A file's content counts as written at its last fsync, a folder's names at its own. A rename may have
reached the disk at once or not before that; both are tried. The calls of `os` are watched.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Disk:
    """The synced state of the folder `root`: contents by file, names by folder.

    Files have numbers of their own: the number of an inode is used again for another file.
    """

    root: Path
    contents: dict[int, bytes] = field(default_factory=dict)
    names: dict[Path, dict[str, int]] = field(default_factory=dict)
    _files: dict[int, int] = field(default_factory=dict)
    _next: Iterator[int] = field(default_factory=count)

    def sync_all(self) -> None:
        """Count everything that is there now as written."""
        for folder, _, files in os.walk(self.root):
            self.sync_folder(Path(folder))
            for name in files:
                self.sync_file(Path(folder, name))

    def sync_file(self, path: Path) -> None:
        self.contents[self._file(path.stat().st_ino)] = path.read_bytes()

    def sync_folder(self, folder: Path) -> None:
        self.names[folder] = self._listed(folder)

    def forget(self, path: str | Path) -> None:
        """Learn that the file at `path` is about to lose its name, and its inode."""
        with contextlib.suppress(FileNotFoundError):
            self._files.pop(os.stat(path).st_ino, None)

    def _listed(self, folder: Path) -> dict[str, int]:
        return {one.name: self._file(one.inode()) for one in os.scandir(folder)}

    def _file(self, inode: int) -> int:
        if inode not in self._files:
            self._files[inode] = next(self._next)
        return self._files[inode]

    def image(self, target: Path, *, early: bool) -> None:
        """Write what the disk may hold; `early`: names are there although no folder was synced."""
        target.mkdir()
        self._copy(self.root, target, early=early)

    def _copy(self, folder: Path, target: Path, *, early: bool) -> None:
        there = self._listed(folder) if folder.is_dir() else {}
        for name, file in (there if early else self.names.get(folder, {})).items():
            if (folder / name).is_dir() or (folder / name) in self.names:
                (target / name).mkdir()
                self._copy(folder / name, target / name, early=early)
            else:
                (target / name).write_bytes(self.contents.get(file, b""))


@contextmanager
def watched(disk: Disk, before: Callable[[], None]) -> Iterator[None]:
    """Follow the calls that sync and rename, and call `before` ahead of each."""
    fsync, at_work = os.fsync, False

    def announce() -> None:
        nonlocal at_work
        if not at_work:  # what `before` does is not watched
            at_work = True
            before()
            at_work = False

    def sync(fd: int) -> None:
        announce()
        fsync(fd)
        path = Path(os.readlink(f"/proc/self/fd/{fd}"))
        if path.is_dir():
            disk.sync_folder(path)
        elif path.is_relative_to(disk.root):
            disk.sync_file(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", sync)
        for name, place in (("replace", 1), ("unlink", 0), ("mkdir", 0)):
            patch.setattr(os, name, _announced(getattr(os, name), announce, disk, place))
        yield


def _announced(real: Any, before: Callable[[], None], disk: Disk, place: int) -> Any:
    """Return a call that announces itself; the argument at `place` is the name it takes away."""

    def call(*arguments: Any, **options: Any) -> Any:
        before()
        if Path(arguments[place]).is_relative_to(disk.root):
            disk.forget(arguments[place])
        return real(*arguments, **options)

    return call
