"""The files below some folders, each once: hard links are names of one file, links are ignored."""

import fnmatch
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Root:
    """A folder to search, and the names (shell patterns, any level) to exclude."""

    path: str
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A file or folder that could not be read or that changed, and the reason."""

    path: str
    reason: str


@dataclass(slots=True)
class FoundFile:
    """One file: its names, and its attributes when it was found."""

    size: int
    device: int
    inode: int
    mtime_ns: int
    ctime_ns: int
    paths: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The name used to show and read the file."""
        return self.paths[0]


def find_files(roots: Iterable[Root], problems: list[Problem]) -> list[FoundFile]:
    """Return the regular, non-empty files below the roots, in the order of their paths.

    Symbolic links are not followed, but a root may be one. Folders found twice, because roots are
    nested, are read once. Unreadable files and folders are added to `problems` and do not affect
    others.
    """
    files: dict[tuple[int, int], FoundFile] = {}
    folders: set[tuple[int, int]] = set()
    for root in roots:
        for path, found in _walk(root, folders, problems):
            key = (found.st_dev, found.st_ino)
            known = files.get(key)
            if known is None:
                known = files[key] = FoundFile(
                    found.st_size, *key, found.st_mtime_ns, found.st_ctime_ns
                )
            known.paths.append(path)
    for file in files.values():
        file.paths.sort(key=os.fsencode)
    return sorted(files.values(), key=lambda file: os.fsencode(file.path))


def _walk(
    root: Root, folders: set[tuple[int, int]], problems: list[Problem]
) -> Iterator[tuple[str, os.stat_result]]:
    unwanted = _matcher(root.exclude)
    waiting = [root.path]
    while waiting:
        folder = waiting.pop()
        try:
            entered = os.stat(folder, follow_symlinks=folder == root.path)
            if (entered.st_dev, entered.st_ino) in folders:
                continue
            folders.add((entered.st_dev, entered.st_ino))
            with os.scandir(folder) as entries:
                for entry in entries:
                    if unwanted is not None and unwanted.match(entry.name):
                        continue
                    try:
                        found = entry.stat(follow_symlinks=False)
                    except OSError as error:
                        problems.append(Problem(entry.path, _reason(error)))
                        continue
                    if stat.S_ISDIR(found.st_mode):
                        waiting.append(entry.path)
                    elif stat.S_ISREG(found.st_mode) and found.st_size:
                        yield entry.path, found
        except OSError as error:
            problems.append(Problem(folder, _reason(error)))


def _matcher(exclude: tuple[str, ...]) -> re.Pattern[str] | None:
    if not exclude:
        return None
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in exclude))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
