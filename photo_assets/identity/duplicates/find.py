"""From files to groups of equal content: by size, then by their ends, then by the whole content.

Files are only reported as equal after their whole content was compared.
"""

import os
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from photo_assets.identity.duplicates.compare import equal_groups
from photo_assets.identity.duplicates.content import (
    SMALL,
    ChangedError,
    content_digest,
    ends_digest,
)
from photo_assets.identity.duplicates.walk import FoundFile, Problem, Root, find_files
from photo_assets.system.job_threads import in_parallel

_Found = TypeVar("_Found")
_WORTH_THREADS = 16 << 20
"""The number of bytes to read above which threads are worth starting."""


@dataclass(frozen=True, slots=True)
class Group:
    """Two or more files with the same content. `size` is that of each file, bytes."""

    size: int
    files: tuple[FoundFile, ...]


@dataclass(frozen=True, slots=True)
class DuplicateReport:
    """All groups, by the path of their first file; the checked files; the unreadable files.

    `changed` lists files that changed while they were read: they are in no group.
    """

    groups: tuple[Group, ...]
    files: int
    bytes: int
    unreadable: tuple[Problem, ...]
    changed: tuple[Problem, ...]

    @property
    def copies(self) -> int:
        """The number of files other than the first of each group."""
        return sum(len(group.files) - 1 for group in self.groups)

    @property
    def bytes_in_copies(self) -> int:
        """The size of those files, bytes."""
        return sum(group.size * (len(group.files) - 1) for group in self.groups)


def find_duplicates(roots: Iterable[Root], threads: int = 2) -> DuplicateReport:
    """Read the files below `roots` as far as needed and group those with equal content.

    Read-only. Names of one inode are one file. A file or folder that cannot be read, or changes
    while it is read, is reported and does not affect others.
    """
    problems: list[Problem] = []
    files = find_files(roots, problems)
    search = _Search(threads)
    groups = search.run(files)
    return DuplicateReport(
        groups=tuple(
            Group(found[0].size, tuple(found)) for found in sorted(groups, key=_by_first_path)
        ),
        files=len(files),
        bytes=sum(file.size for file in files),
        unreadable=tuple(sorted([*problems, *search.unreadable], key=_by_path)),
        changed=tuple(sorted(search.changed, key=_by_path)),
    )


class _Search:
    """Distinguishes files by reading more and more of them; collects the unreadable ones."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self.unreadable: list[Problem] = []
        self.changed: list[Problem] = []

    def run(self, files: list[FoundFile]) -> list[list[FoundFile]]:
        sized = _alike(files, [file.size for file in files])
        small = [file for group in sized if group[0].size <= SMALL for file in group]
        large = [file for group in sized if group[0].size > SMALL for file in group]
        same_ends = self._alike_by(large, ends_digest)
        compared = self._spread(same_ends, lambda group: equal_groups(group, self._failed))
        return [*self._alike_by(small, content_digest), *(g for found in compared for g in found)]

    def _alike_by(
        self, files: list[FoundFile], digest: Callable[[FoundFile], bytes]
    ) -> list[list[FoundFile]]:
        def digest_or_none(group: list[FoundFile]) -> bytes | None:
            try:
                return digest(group[0])
            except (OSError, ChangedError) as error:
                self._failed(group[0], error)
                return None

        keys = self._spread([[file] for file in files], digest_or_none)
        known = [(file, key) for file, key in zip(files, keys, strict=True) if key is not None]
        return _alike([file for file, _ in known], [(file.size, key) for file, key in known])

    def _spread(
        self, groups: list[list[FoundFile]], work: Callable[[list[FoundFile]], _Found]
    ) -> list[_Found]:
        total = sum(file.size for group in groups for file in group)
        threads = self._threads if total > _WORTH_THREADS else 1
        found = in_parallel(
            lambda pair: [(pair[0], work(pair[1]))], list(enumerate(groups)), threads
        )
        return [made for _, made in sorted(found, key=lambda pair: pair[0])]

    def _failed(self, file: FoundFile, error: Exception) -> None:
        if isinstance(error, OSError):
            reason = error.strerror or type(error).__name__
            self.unreadable.append(Problem(file.path, reason))
        else:
            self.changed.append(Problem(file.path, "changed while it was read"))


def _alike(files: list[FoundFile], keys: Iterable[Hashable]) -> list[list[FoundFile]]:
    """Return the groups of two or more files with the same key."""
    groups: dict[Hashable, list[FoundFile]] = {}
    for file, key in zip(files, keys, strict=True):
        groups.setdefault(key, []).append(file)
    return [group for group in groups.values() if len(group) > 1]


def _by_path(problem: Problem) -> bytes:
    return os.fsencode(problem.path)


def _by_first_path(group: list[FoundFile]) -> bytes:
    return os.fsencode(group[0].path)
