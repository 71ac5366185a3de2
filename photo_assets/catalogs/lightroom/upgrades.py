"""Recognizing the files of one catalog before and after upgrades, by names and file times.

Lightroom writes the upgraded catalog beside the old one and does not change the old one. The
proposed name depends on the version: "My Catalog-2", "My Catalog-v10", "My Catalog-v13-3", also
combined ("My Catalog-2-2-v13-3", "My Catalog-v13-v13-3"); all of these occur in public
repositories. No file is opened here.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

SUFFIX = ".lrcat"

_VERSION = re.compile(r"[ _-]+v(\d{1,2}(?:-\d{1,2})*)$", re.IGNORECASE)
_NUMBER = re.compile(r"-([2-9]|[1-9]\d)$")
# Copying a folder may give its files new times in any order.
_SAME_WRITING_NS = 24 * 3600 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """A catalog file; `mtime_ns` is when it was last written, ns since 1970."""

    path: str
    mtime_ns: int

    @property
    def name(self) -> str:
        """Its file name."""
        return os.path.basename(self.path)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name without `.lrcat`, split into the part that upgrades keep and the version part."""

    root: str
    version: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()

    @property
    def rank(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return self.version, self.numbers


def families(files: Iterable[CatalogFile]) -> list[list[CatalogFile]]:
    """Return the files of one folder grouped by catalog, the least upgraded first."""
    found = sorted(files, key=lambda file: file.path)
    names = _names([file.name for file in found])
    grouped: dict[str, list[CatalogFile]] = {}
    for file in found:
        grouped.setdefault(names[file.name].root, []).append(file)
    return [sorted(same, key=lambda file: names[file.name].rank) for same in grouped.values()]


def newest(family: Sequence[CatalogFile]) -> CatalogFile:
    """Return the file of a family that Lightroom uses now.

    The most upgraded one, unless a less upgraded one was written more than a day later: some people
    return to an older version.
    """
    best = family[0]
    for file in family[1:]:
        if file.mtime_ns >= best.mtime_ns - _SAME_WRITING_NS:
            best = file
    return best


def successor(catalog: Path) -> Path | None:
    """Return the newer file of the same catalog beside `catalog`.

    Where `catalog` itself is missing, also an older one. None without any, or if the folder cannot
    be listed.
    """
    files = catalog_files(catalog.parent)
    is_gone = catalog.name not in {file.name for file in files}
    gone = [CatalogFile(str(catalog), 0)] if is_gone else []
    for family in families([*files, *gone]):
        names = [file.name for file in family]
        if catalog.name not in names:
            continue
        at = names.index(catalog.name)
        newer, older = family[at + is_gone :], family[:at]
        best = newest(newer or (older if is_gone else []) or family[at:])
        return None if best.name == catalog.name else catalog.with_name(best.name)
    return None


def catalog_files(folder: Path) -> list[CatalogFile]:
    """Return the catalog files in a folder; empty when it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return [
                CatalogFile(entry.path, entry.stat(follow_symlinks=False).st_mtime_ns)
                for entry in entries
                if entry.name.lower().endswith(SUFFIX) and entry.is_file(follow_symlinks=False)
            ]
    except OSError:
        return []


def _names(names: Sequence[str]) -> dict[str, _Name]:
    """Split names. A number counts as an upgrade only if a file without it exists.

    "Client-2" and "Client-3" alone are two catalogs that a person numbered.
    """
    parts = {name: _without_version(_plain(name)) for name in names}
    roots = {part.root for part in parts.values()}
    return {name: _without_numbers(part, roots) for name, part in parts.items()}


def _plain(name: str) -> str:
    stem = name[: -len(SUFFIX)] if name.lower().endswith(SUFFIX) else name
    return unicodedata.normalize("NFC", stem).casefold()


def _without_version(stem: str) -> _Name:
    version: tuple[int, ...] = ()
    while (match := _VERSION.search(stem)) is not None:
        # Of several versions the last is the current one, which is removed first.
        version = version or tuple(int(part) for part in match[1].split("-"))
        stem = stem[: match.start()].removesuffix(SUFFIX)
    return _Name(stem, version)


def _without_numbers(name: _Name, roots: set[str]) -> _Name:
    found, root, numbers = name, name.root, name.numbers
    while (match := _NUMBER.search(root)) is not None:
        root, numbers = root[: match.start()], (int(match[1]), *numbers)
        if root in roots:
            found = _Name(root, name.version, numbers)
    return found
