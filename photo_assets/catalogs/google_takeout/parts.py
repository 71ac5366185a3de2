"""The parts of exports in a source: archives, unpacked trees, and missing part numbers.

Exports are distinguished by the time in Takeout's names (`part_names`). Archives and trees with
other names count as one further export, taken as the oldest; in a folder with exports under
Takeout's names they must be verified by their content (`verification`).
"""

import math
import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypedDict

from photo_assets.catalogs.google_takeout.part_names import (
    TAKEOUT,
    PartName,
    export_stamp,
    is_takeout,
    part_name,
)
from photo_assets.media.archives.names import is_archive
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.names import to_text
from photo_assets.system.file_state import ChangeTimes, FileState

_NO_STATE = FileState(0, 0, None, None)
_MOST_MISSING = 100  # per export; a file named -99999.zip must not produce thousands


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """One archive: its path, its name below the source, its stat and its export's time.

    `is_named`: it has a name of Takeout, or the configured path is this archive.
    """

    path: str
    name: str
    export: str
    is_named: bool
    state: FileState


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One unpacked file, or a folder that cannot be listed (its paths end with a slash).

    `inner` is its path inside the export, `holder` the parent of its "Takeout" folder. `is_named`:
    it is in a folder named "Takeout" or like a part. `problem` is the reason why it cannot be read.
    """

    path: str
    name: str
    export: str
    holder: str
    inner: str
    is_named: bool
    state: FileState
    problem: str | None = None

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder that cannot be listed."""
        return self.inner.endswith("/")


@dataclass(slots=True)
class Source:
    """The files of a source: archives and unpacked files, each sorted by name."""

    archives: list[ArchivePart]
    files: list[TreeFile]

    @property
    def is_crowded(self) -> bool:
        """Whether exports under Takeout's names exist here: other files may be unrelated."""
        has_archive = any(part.is_named for part in self.archives)
        return has_archive or any(file.is_named for file in self.files)

    @property
    def named(self) -> "Source":
        """The source without the files that must be verified as an export."""
        if not self.is_crowded:
            return self
        archives = [part for part in self.archives if part.is_named]
        return Source(archives, [file for file in self.files if file.is_named])

    @property
    def size(self) -> int:
        """Bytes on disk."""
        archives = sum(part.state.size for part in self.archives)
        return archives + sum(file.state.size for file in self.files)


class OutOfTimeError(Exception):
    """The deadline passed before the listing was complete."""


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
    source, change_times = Source([], []), ChangeTimes()
    if stat.S_ISREG(found.st_mode):
        real = os.path.realpath(
            top
        )  # the configured path may be a link; links inside are not followed
        part = _archive(real, os.path.basename(real), change_times.state(found))
        source.archives.append(replace(part, is_named=True))
        return source
    try:
        os.scandir(top).close()
    except OSError as error:
        raise _away(top, error) from error
    for path, entry in _walk(top):
        if time.monotonic() >= deadline:
            raise OutOfTimeError
        relative = os.path.relpath(path, top)
        if isinstance(entry, OSError):
            source.files.append(_refused(path, relative, entry))
        elif _is_part(relative) and stat.S_ISREG(entry.st_mode):
            source.archives.append(_archive(path, relative, change_times.state(entry)))
        else:
            state = change_times.state(entry)
            source.files.append(_tree_file(path, relative, entry.st_mode, state))
    if not (source.archives or source.files):
        raise CatalogUnavailableError(
            f"The Takeout folder {to_text(top)} is empty.",
            hint="Is its disk mounted? Put the takeout-*.zip or .tgz files there as downloaded.",
        )
    source.archives.sort(key=lambda part: (part.export, part.name))
    source.files.sort(key=lambda file: (file.export, file.name))
    return source


def missing_parts(source: Source) -> list[str]:
    """Return the names of missing parts, by the numbers of the others.

    A folder with the name of a part is that part, unpacked.
    """
    names = {archive.name for archive in source.archives}
    names |= {folder for file in source.files for folder in Path(file.name).parts[:-1]}
    series: dict[tuple[str, str | None], dict[int, tuple[str, PartName]]] = {}
    for name in sorted(names):
        found = part_name(os.path.basename(name))
        if found is not None:
            series.setdefault(found.series, {}).setdefault(found.number, (name, found))
    missing = []
    for parts in series.values():
        last, found = parts[max(parts)]
        folder, slash, base = last.rpartition("/")
        absent = (number for number in range(1, max(parts)) if number not in parts)
        missing += [
            f"{folder}{slash}{found.sibling(base, number)}"
            for number in islice(absent, _MOST_MISSING)
        ]
    return sorted(missing)


def _walk(top: str) -> Iterator[tuple[str, os.stat_result | OSError]]:
    """Yield every file with its stat, and inaccessible entries with the reason."""
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError as error:
            yield folder, error
            continue
        for name in names:
            path = os.path.join(folder, name)
            try:
                found = os.lstat(path)
            except OSError as error:
                yield path, error
                continue
            if stat.S_ISDIR(found.st_mode):
                pending.append(path)
            else:
                yield path, found


def _is_part(relative: str) -> bool:
    """Return whether an archive is a part: by its name, or by its location at the top level."""
    name = os.path.basename(relative)
    if not is_archive(name):
        return False
    folders = Path(relative).parts[:-1]
    if any(map(is_takeout, folders)):  # a zip stored in Drive, unpacked with the rest
        return False
    return not folders or part_name(name) is not None


def _archive(path: str, relative: str, state: FileState) -> ArchivePart:
    stamp = export_stamp(os.path.basename(relative))
    return ArchivePart(
        path=to_text(path),
        name=to_text(relative),
        export=stamp or "",
        is_named=stamp is not None,
        state=state,
    )


def _tree_file(path: str, relative: str, mode: int, state: FileState) -> TreeFile:
    problem = None
    if stat.S_ISLNK(mode):
        problem = "symbolic link"
    elif not stat.S_ISREG(mode):
        problem = "not a regular file"
    return TreeFile(
        path=to_text(path),
        name=to_text(relative),
        **_placed(Path(relative).parts),
        state=state,
        problem=problem,
    )


def _refused(path: str, relative: str, error: OSError) -> TreeFile:
    placed = _placed((*Path(relative).parts, ""))
    problem = error.strerror or str(error)
    return TreeFile(
        f"{to_text(path)}/",
        f"{to_text(relative)}/",
        **placed,
        state=_NO_STATE,
        problem=problem,
    )


class _Placed(TypedDict):
    export: str
    holder: str
    inner: str
    is_named: bool


def _placed(parts: Sequence[str]) -> _Placed:
    """Return the export of a path below the source, and the path in it."""
    folders = parts[:-1]
    start = next((index for index, folder in enumerate(folders) if is_takeout(folder)), None)
    inner = parts if start is None else (TAKEOUT, *parts[start + 1 :])
    holder = parts[: start or 0]
    if start is not None and parts[start] != TAKEOUT:
        holder = parts[: start + 1]  # unpacked separately: it may be of another account
    stamps = [stamp for folder in folders if (stamp := export_stamp(folder))]
    return {
        "export": stamps[0] if stamps else "",
        "holder": to_text("/".join(holder)),
        "inner": to_text("/".join(inner)),
        "is_named": start is not None or any(map(export_stamp, parts)),
    }


def _away(top: str, error: OSError) -> CatalogUnavailableError:
    return CatalogUnavailableError(
        f"The Takeout folder {to_text(top)} cannot be read: {error.strerror or error}.",
        hint="Connect its disk or correct its path; its last rows are kept until then.",
    )
