"""Whether files may be deleted elsewhere: how many stores hold the same bytes, read now.

A record of an earlier check is no proof. Each file and each copy is read in full, a file is no copy
of itself, and whatever changed or arrived in the meantime has no copies.
"""

import os
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from photo_assets.media.content.regular_file import open_regular
from photo_assets.model.names import to_text
from photo_assets.vault.folder import MARKER
from photo_assets.vault.months import open_stores
from photo_assets.vault.store import BlobStore, copy_hashed


@dataclass(frozen=True, slots=True)
class FileCopies:
    """One file: the stores with a verified copy, or why the file could not be read."""

    path: str
    size: int = 0
    stores: tuple[str, ...] = ()
    error: str | None = None


@dataclass(slots=True)
class CopiesReport:
    """The files that were examined. `wanted`: the number of copies each needs."""

    wanted: int
    found: dict[str, FileCopies] = field(default_factory=dict)
    """What was examined, by path; the last thing that was learned of it."""

    @property
    def files(self) -> int:
        """The number of files."""
        return len(self.found)

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(one.size for one in self.found.values())

    @property
    def short(self) -> list[FileCopies]:
        """The files with fewer verified copies, or that could not be read."""
        return [one for one in self.found.values() if len(one.stores) < self.wanted]

    @property
    def safe(self) -> bool:
        """Whether every file has enough verified copies. False if there was no file."""
        return bool(self.found) and not self.short


def examine(
    paths: Sequence[Path],
    stores: Sequence[BlobStore],
    wanted: int,
    progress: Callable[[int], None] = lambda _files: None,
) -> CopiesReport:
    """Read every file below `paths` and its copies. Raises `StoreUnavailableError`.

    Links are not followed; each is listed as a file that was not examined. `progress` is called
    with the number of files.
    """
    open_stores(stores)
    report, seen = CopiesReport(wanted), dict[str, _State | None]()
    for path in paths:
        is_empty = True
        for one in _files(path):
            is_empty = False
            if isinstance(one, FileCopies):
                report.found[one.path] = one
            elif to_text(str(one)) not in seen:  # not in an earlier path
                file = _examined(one, stores, seen)
                report.found[file.path] = file
            progress(report.files)
        if is_empty:  # the folder of a disk that is not connected, for example
            name = to_text(str(path))
            report.found[name] = FileCopies(name, error="contains no files")
    for path in paths:
        report.found.update((one.path, one) for one in _changed(path, seen, report.found))
    return report


_State = tuple[int, int, int, int, int]


def _state(about: os.stat_result) -> _State:
    times = about.st_mtime_ns, about.st_ctime_ns
    return about.st_dev, about.st_ino, about.st_size, *times


def _examined(
    path: Path, stores: Sequence[BlobStore], seen: dict[str, _State | None]
) -> FileCopies:
    name = to_text(str(path))
    seen[name] = None
    try:
        with open_regular(name) as stream:
            about = os.fstat(stream.fileno())
            sha256, size = copy_hashed(stream)
    except OSError as error:
        return FileCopies(name, error=f"{error.strerror or error}")
    seen[name] = _state(about)
    verdicts = {store.name: store.verify(sha256) for store in stores}
    # By inode: links between stores, and a folder mounted twice, are one copy.
    files = {(about.st_dev, about.st_ino)}
    held = []
    for store, verdict in verdicts.items():
        if verdict.is_copy and verdict.identity not in files:
            held.append(store)
            files |= {verdict.identity} if verdict.identity else set()
    return FileCopies(name, size, tuple(held))


def _changed(
    path: Path, seen: Mapping[str, _State | None], found: Container[str]
) -> Iterator[FileCopies]:
    """Yield files that are not as they were when they were read, or that were not read."""
    for file in _files(path):
        if isinstance(file, FileCopies):
            if file.path not in found:
                yield file
            continue
        name = to_text(str(file))
        before = seen.get(name)
        if name in seen and before is None:
            continue  # it could not be read and is listed
        try:
            unchanged = _state(file.lstat()) == before
        except OSError:
            unchanged = False
        if not unchanged:
            yield FileCopies(name, error="changed or appeared while the files were read")


def _files(path: Path) -> Iterator[Path | FileCopies]:
    if not path.is_dir():
        yield path
        return
    faults: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=faults.append):
        folders.sort()
        for name in folders:
            link = os.path.join(folder, name)
            if os.path.islink(link):
                yield FileCopies(to_text(link), error="is a link to a folder")
        if MARKER in names:
            yield FileCopies(to_text(folder), error="is a store of originals")
        yield from (Path(folder, name) for name in sorted(names))
    for fault in faults:
        yield FileCopies(to_text(str(fault.filename)), error=f"{fault.strerror or fault}")
