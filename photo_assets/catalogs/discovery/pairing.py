"""Pairing new files with missing files: the rules for moves, on plain values.

No file is opened; only values of rows are used.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Hashable, Iterable, Mapping
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class File(NamedTuple):
    """The file of a row: its path in the catalog, and its state."""

    native_id: str
    month: str
    size: int
    mtime_ns: int
    inode: int  # 0: no inode, or an unreliable one

    @property
    def state(self) -> tuple[int, int]:
        """Size and time."""
        return self.size, self.mtime_ns

    @property
    def name(self) -> str:
        """The last component of its native id."""
        return self.native_id.rpartition("/")[2]


def pair(
    gone: Collection[File], come: Collection[File], known: Collection[File]
) -> dict[File, File]:
    """Return the pairs of new files (`come`) and missing files (`gone`); `known`: all last rows.

    Files with equal inode, size and time are the same; where a further file has that size and time,
    the names must be equal too, because a new file may reuse the inode of a deleted one. Across
    disks, or where inodes are not stable, files with equal name, size and time are the same if no
    third row has these values. Files are never paired by size alone.
    """
    alike = _grouped((*known, *come), lambda file: file.state)
    telling = {state for state, files in alike.items() if len({f.inode for f in files}) == 1}
    found = _by_inode(gone, come, telling)
    return found | _by_name(*_rest(gone, come, found), known, come)


def _by_inode(
    gone: Iterable[File], come: Iterable[File], telling: Container[tuple[int, int]]
) -> dict[File, File]:
    """Pair by inode. Several rows may belong to one file: its versions, its hard links.

    The most similar names are paired first; equal numbers of rows are paired in order.
    """
    found: dict[File, File] = {}
    for likeness in (_name, _ending, _nothing):
        olds, news = (_same_file(files, likeness) for files in _rest(gone, come, found))
        for key in olds.keys() & news.keys():
            is_proof = likeness is _name or olds[key][0].state in telling
            if is_proof and len(olds[key]) == len(news[key]):
                found.update(zip(sorted(news[key]), sorted(olds[key]), strict=True))
    return found


def _by_name(
    gone: Iterable[File], come: Iterable[File], known: Iterable[File], all_come: Iterable[File]
) -> dict[File, File]:
    """Pair by name and state, where no other file has the same."""
    there, here = (Counter((f.name, f.state) for f in files) for files in (known, all_come))
    by_name = {(old.name, old.state): old for old in gone}
    return {
        new: by_name[key]
        for new in come
        if (key := (new.name, new.state)) in by_name and there[key] == here[key] == 1
    }


def _rest(
    gone: Iterable[File], come: Iterable[File], found: Mapping[File, File]
) -> tuple[list[File], list[File]]:
    paired = set(found.values())
    return [file for file in gone if file not in paired], [f for f in come if f not in found]


def _same_file(
    files: Iterable[File], likeness: Callable[[File], str]
) -> dict[tuple[int, tuple[int, int], str], list[File]]:
    with_inode = (file for file in files if file.inode)
    return _grouped(with_inode, lambda file: (file.inode, file.state, likeness(file)))


def _name(file: File) -> str:
    return file.name


def _ending(file: File) -> str:
    return file.name.rpartition(".")[2].lower()


def _nothing(_file: File) -> str:
    return ""


def _grouped(files: Iterable[File], by: Callable[[File], Key]) -> dict[Key, list[File]]:
    groups = defaultdict(list)
    for file in files:
        groups[by(file)].append(file)
    return groups
