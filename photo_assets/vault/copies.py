"""Whether files may be deleted elsewhere: how many stores hold the same bytes, read now.

A record of an earlier check is no proof. Each file and each copy is read in full.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from photo_assets.media.content.regular_file import open_regular
from photo_assets.model.names import to_text
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
    files: int = 0
    bytes: int = 0
    short: list[FileCopies] = field(default_factory=list)
    """Files with fewer verified copies, or that could not be read."""

    @property
    def safe(self) -> bool:
        """Whether every file has enough verified copies. False if there was no file."""
        return self.files > 0 and not self.short


def examine(paths: Sequence[Path], stores: Sequence[BlobStore], wanted: int) -> CopiesReport:
    """Read every file below `paths` and its copies. Raises `StoreUnavailableError`.

    Links are not followed; each is listed as a file that was not examined.
    """
    open_stores(stores)
    report = CopiesReport(wanted)
    for path in paths:
        for one in _examined(path, stores):
            report.files += 1
            report.bytes += one.size
            if len(one.stores) < wanted:
                report.short.append(one)
    return report


def _examined(path: Path, stores: Sequence[BlobStore]) -> Iterator[FileCopies]:
    for file in _files(path):
        if isinstance(file, FileCopies):
            yield file
            continue
        name = to_text(str(file))
        try:
            with open_regular(name) as stream:
                sha256, size = copy_hashed(stream)
        except OSError as error:
            yield FileCopies(name, error=f"{error.strerror or error}")
            continue
        held = tuple(store.name for store in stores if store.verify(sha256).is_copy)
        yield FileCopies(name, size, held)


def _files(path: Path) -> Iterator[Path | FileCopies]:
    if not path.is_dir():
        yield path
        return
    faults: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=faults.append):
        folders.sort()
        for name in folders:
            if Path(folder, name).is_symlink():
                yield FileCopies(to_text(os.path.join(folder, name)), error="is a link to a folder")
        yield from (Path(folder, name) for name in sorted(names))
    for fault in faults:
        yield FileCopies(str(fault.filename), error=f"{fault.strerror or fault}")
