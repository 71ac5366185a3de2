"""Whether files may be deleted elsewhere: how many stores hold the same bytes, read now.

A record of an earlier check is no proof. Each file and each copy is read in full, a file is no copy
of itself, and whatever changed or arrived in the meantime has no copies. Of an item at a service,
the copies are read, and the item is as its last listing states it.
"""

import os
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from photo_assets.media.content.regular_file import open_regular
from photo_assets.model.names import to_text
from photo_assets.vault.marker import MARKER
from photo_assets.vault.months import open_available
from photo_assets.vault.photo_copies import CatalogItem
from photo_assets.vault.store import BlobStore, copy_hashed


@dataclass(frozen=True, slots=True)
class FileCopies:
    """One file: the stores with a verified copy, or why the file could not be read.

    `path`: of a file, or the file name and id of an item at a service. `needed`: copies.
    """

    path: str
    needed: int
    size: int = 0
    stores: tuple[str, ...] = ()
    error: str | None = None


@dataclass(slots=True)
class CopiesReport:
    """The files that were examined.

    `empty`: folders without any file, as that of a disk that is not connected. `away`: the stores
    that are not connected, each with the reason; their copies count for nothing.
    """

    empty: list[str] = field(default_factory=list)
    away: Mapping[str, str] = field(default_factory=dict)
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
        return [one for one in self.found.values() if one.error or len(one.stores) < one.needed]

    @property
    def safe(self) -> bool:
        """Whether every file has enough verified copies. False where there was no file."""
        return bool(self.found) and not (self.short or self.empty)


@dataclass(frozen=True, slots=True)
class Needs:
    """How many copies an original needs: `usual`, unless `more` names it."""

    usual: int
    more: Mapping[bytes, int] = field(default_factory=dict)

    def of(self, sha256: bytes) -> int:
        """Return the number for one original."""
        return self.more.get(sha256, self.usual)


def examine(
    paths: Sequence[Path],
    stores: Sequence[BlobStore],
    needs: Needs,
    progress: Callable[[int], None] = lambda _files: None,
) -> CopiesReport:
    """Read every file below `paths` and its copies in the stores that are connected.

    Raises `StoreUnavailableError` if none is, or if two are one. Links are not followed; each is
    listed as a file that was not examined. `progress` is called with the number of files.
    """
    stores, report = _connected(stores)
    seen = dict[str, _State | None]()

    def add(path: str, error: str) -> None:
        report.found[path] = FileCopies(path, needs.usual, error=error)

    for path in paths:
        if _is_in_store(path):
            add(to_text(str(path)), "is in a store of originals")
            continue
        is_empty = True
        for one in _files(path):
            is_empty = False
            if isinstance(one, _NotExamined):
                add(one.path, one.reason)
            elif to_text(str(one)) not in seen:  # not in an earlier path
                file = _examined(one, stores, needs, seen)
                report.found[file.path] = file
            progress(report.files)
        if is_empty:
            report.empty.append(to_text(str(path)))
    for path in paths:
        if _is_in_store(path):
            continue
        for changed in _changed(path, seen, report.found):
            add(changed.path, changed.reason)
    return report


def examine_items(
    items: Sequence[CatalogItem],
    stores: Sequence[BlobStore],
    changed: Collection[str] = (),
    progress: Callable[[int], None] = lambda _items: None,
) -> CopiesReport:
    """Read the copies of items that a service keeps. Raises as `examine`.

    `changed`: months whose items changed since the tables were made.
    """
    stores, report = _connected(stores)
    for item in items:
        name = f"{item.file_name or 'without a name'} ({item.native_id})"
        if item.is_local:
            one = FileCopies(name, item.needed, error="is a file here: name its folder instead")
        elif item.month in changed:
            one = FileCopies(name, item.needed, error="changed since; run photosync discover first")
        elif item.sha256 is None:
            one = FileCopies(name, item.needed, error="its bytes are not known")
        else:
            size, held = _verified(item.sha256, stores, set())
            one = FileCopies(name, item.needed, size, held)
        report.found[item.native_id] = one
        progress(report.files)
    return report


def _connected(stores: Sequence[BlobStore]) -> tuple[list[BlobStore], CopiesReport]:
    """Return the stores that are connected, and the report to fill. Raises as `examine`."""
    away = open_available(stores).away
    report = CopiesReport(away={name: str(error) for name, error in away.items()})
    return [store for store in stores if store.name not in away], report


_State = tuple[int, int, int, int, int]


def _state(about: os.stat_result) -> _State:
    times = about.st_mtime_ns, about.st_ctime_ns
    return about.st_dev, about.st_ino, about.st_size, *times


@dataclass(frozen=True, slots=True)
class _NotExamined:
    path: str
    reason: str


def _examined(
    path: Path, stores: Sequence[BlobStore], needs: Needs, seen: dict[str, _State | None]
) -> FileCopies:
    name = to_text(str(path))
    seen[name] = None
    try:
        with open_regular(name) as stream:
            about = os.fstat(stream.fileno())
            sha256, size = copy_hashed(stream)
    except OSError as error:
        return FileCopies(name, needs.usual, error=f"{error.strerror or error}")
    seen[name] = _state(about)
    _, held = _verified(sha256, stores, {(about.st_dev, about.st_ino)})
    return FileCopies(name, needs.of(sha256), size, held)


def _verified(
    sha256: bytes, stores: Sequence[BlobStore], files: set[tuple[int, int]]
) -> tuple[int, tuple[str, ...]]:
    """Read all copies; return the size, and the stores with one that is none of `files`.

    By inode: links between stores, and a folder mounted twice, are one copy.
    """
    verdicts = {store.name: store.verify(sha256) for store in stores}
    held = []
    for store, verdict in verdicts.items():
        if verdict.is_copy and verdict.identity not in files:
            held.append(store)
            files |= {verdict.identity} if verdict.identity else set()
    return max((one.size or 0 for one in verdicts.values()), default=0), tuple(held)


def _changed(
    path: Path, seen: Mapping[str, _State | None], found: Container[str]
) -> Iterator[_NotExamined]:
    """Yield files that are not as they were when they were read, or that were not read."""
    for file in _files(path):
        if isinstance(file, _NotExamined):
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
            yield _NotExamined(name, "changed or appeared while the files were read")


def _is_in_store(path: Path) -> bool:
    """Return whether a folder around it is a store, perhaps one that is mounted a second time."""
    here = path.resolve()
    return any((folder / MARKER).is_file() for folder in (here, *here.parents))


def _files(path: Path) -> Iterator[Path | _NotExamined]:
    if not path.is_dir():
        yield _file(path)
        return
    faults: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=faults.append):
        folders.sort()
        for name in folders:
            link = os.path.join(folder, name)
            if os.path.islink(link):
                yield _NotExamined(to_text(link), "is a link to a folder")
        if MARKER in names:
            yield _NotExamined(to_text(folder), "is a store of originals")
        yield from (_file(Path(folder, name)) for name in sorted(names))
    for fault in faults:
        yield _NotExamined(to_text(str(fault.filename)), f"{fault.strerror or fault}")


def _file(path: Path) -> Path | _NotExamined:
    return _NotExamined(to_text(str(path)), "is a link") if path.is_symlink() else path
