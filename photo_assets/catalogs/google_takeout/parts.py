"""The parts an export consists of: its archives and unpacked trees, and which numbers are missing.

Exports are told apart by the time in the names Takeout gives ("takeout-20240612T103430Z-3-001.zip":
made then, part 001). Archives of other names and trees without such a name around them count as
one more export, taken for the oldest.
"""

import math
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.names import to_text
from photo_assets.store.archives.names import is_archive

_TAKEOUT_NAME = re.compile(r"(?i)takeout-(\d{8}T\d{6}Z)(?:-(\d{1,4}))?-(\d{3,5})(?!\d)")
_MOST_MISSING = 100  # named of one export; a file called -99999.zip is no reason for more
_EXPORT_STAMP = re.compile(r"(?i)takeout-(\d{8}T\d{6}Z)")


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """One archive: its path, its name below the source, its stat and its export's time."""

    path: str
    name: str
    export: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One unpacked file: `inner` is its path inside the export."""

    path: str
    name: str
    export: str
    inner: str
    size: int
    mtime_ns: int
    inode: int
    problem: str | None


@dataclass(slots=True)
class Source:
    """What lies in a source: archives and unpacked files, each sorted by name."""

    archives: list[ArchivePart]
    files: list[TreeFile]
    refused: list[tuple[str, str]]  # (directory, why it could not be listed)

    @property
    def stamps(self) -> set[str]:
        """The times of the exports that have a part here."""
        return {part.export for part in self.archives} | {file.export for file in self.files}

    @property
    def size(self) -> int:
        """Bytes on disk."""
        archives = sum(part.size for part in self.archives)
        return archives + sum(file.size for file in self.files)


class OutOfTimeError(Exception):
    """The deadline passed before everything was listed."""


def survey(root: Path, deadline: float = math.inf) -> Source:
    """List the source without opening a file.

    Symbolic links are not followed: a linked directory is not part of the export. Raises
    `CatalogUnavailableError`, and `OutOfTimeError` at `deadline` (`time.monotonic()`).
    """
    top = os.path.abspath(root)
    try:
        found = os.stat(top)
    except OSError as error:
        raise _away(top, error) from error
    source = Source([], [], [])
    if stat.S_ISREG(found.st_mode):
        real = os.path.realpath(top)  # what the user points at may be a link; what is inside not
        source.archives.append(_archive(real, os.path.basename(real), found))
        return source
    try:
        os.scandir(top).close()
    except OSError as error:
        raise _away(top, error) from error
    for path, entry in _walk(top, source.refused):
        if time.monotonic() >= deadline:
            raise OutOfTimeError
        relative = os.path.relpath(path, top)
        if _is_part(relative) and stat.S_ISREG(entry.st_mode):
            source.archives.append(_archive(path, relative, entry))
        else:
            source.files.append(_tree_file(path, relative, entry))
    if not (source.archives or source.files or source.refused):
        raise CatalogUnavailableError(
            f"The Takeout folder {to_text(top)} is empty.",
            hint="Is its disk mounted? Put the takeout-*.zip or .tgz files there as downloaded.",
        )
    source.archives.sort(key=lambda part: (part.export, part.name))
    source.files.sort(key=lambda file: (file.export, file.name))
    return source


def missing_parts(source: Source) -> list[str]:
    """Return the names of parts that the numbering of the others says there must be.

    A folder with a part's name is that part, unpacked.
    """
    names = {archive.name for archive in source.archives}
    names |= {folder for file in source.files for folder in Path(file.name).parts[:-1]}
    numbers: dict[tuple[str, str | None], dict[int, str]] = {}
    for name in sorted(names):
        match = _TAKEOUT_NAME.search(os.path.basename(name))
        if match is not None:
            numbers.setdefault((match[1], match[2]), {}).setdefault(int(match[3]), name)
    missing = [
        _numbered(found[max(found)], number)
        for found in numbers.values()
        for number in islice((n for n in range(1, max(found)) if n not in found), _MOST_MISSING)
    ]
    return sorted(missing)


def _numbered(sibling: str, number: int) -> str:
    match = _TAKEOUT_NAME.search(sibling)
    assert match is not None
    width = len(match[3])
    return f"{sibling[: match.start(3)]}{number:0{width}d}{sibling[match.end(3) :]}"


def _walk(top: str, refused: list[tuple[str, str]]) -> Iterator[tuple[str, os.stat_result]]:
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError as error:
            refused.append((to_text(os.path.relpath(folder, top)), error.strerror or str(error)))
            continue
        for name in names:
            path = os.path.join(folder, name)
            try:
                found = os.lstat(path)
            except OSError as error:
                refused.append((to_text(os.path.relpath(path, top)), error.strerror or str(error)))
                continue
            if stat.S_ISDIR(found.st_mode):
                pending.append(path)
            else:
                yield path, found


def _is_part(relative: str) -> bool:
    """Say whether an archive is a part: by its name anywhere, by its place at the top."""
    name = os.path.basename(relative)
    if not is_archive(name):
        return False
    folders = Path(relative).parts[:-1]
    if "Takeout" in folders:  # a zip somebody kept in Drive, unpacked with the rest
        return False
    return not folders or _TAKEOUT_NAME.search(name) is not None


def _archive(path: str, relative: str, found: os.stat_result) -> ArchivePart:
    match = _EXPORT_STAMP.search(os.path.basename(relative))
    return ArchivePart(
        path=to_text(path),
        name=to_text(relative),
        export=match[1].upper() if match else "",
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
    )


def _tree_file(path: str, relative: str, found: os.stat_result) -> TreeFile:
    folders = Path(relative).parts
    inner = folders
    if "Takeout" in folders[:-1]:
        inner = folders[folders.index("Takeout") :]
    stamps = [match[1] for folder in folders[:-1] if (match := _EXPORT_STAMP.search(folder))]
    problem = None
    if stat.S_ISLNK(found.st_mode):
        problem = "symbolic link"
    elif not stat.S_ISREG(found.st_mode):
        problem = "not a regular file"
    return TreeFile(
        path=to_text(path),
        name=to_text(relative),
        export=stamps[0].upper() if stamps else "",
        inner=to_text("/".join(inner)),
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
        inode=found.st_ino,
        problem=problem,
    )


def _away(top: str, error: OSError) -> CatalogUnavailableError:
    return CatalogUnavailableError(
        f"The Takeout folder {to_text(top)} cannot be read: {error.strerror or error}.",
        hint="Connect its disk or correct its path; its last rows are kept until then.",
    )
