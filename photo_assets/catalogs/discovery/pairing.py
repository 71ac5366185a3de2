"""Which of the files that are gone each of the files that came was: the rules, on plain values.

Nothing is looked at; what is known of the files is what rows say.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Hashable, Iterable, Mapping
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class File(NamedTuple):
    """The file of a row: where its catalog lists it, and in which state."""

    native_id: str
    month: str
    size: int
    mtime_ns: int
    inode: int  # 0: none, or none that proves anything

    @property
    def state(self) -> tuple[int, int]:
        """Size and time."""
        return self.size, self.mtime_ns

    @property
    def name(self) -> str:
        """The last part of its native id."""
        return self.native_id.rpartition("/")[2]


def pair(
    gone: Collection[File], come: Collection[File], known: Collection[File]
) -> dict[File, File]:
    """Return which of `gone` each of `come` was; `known` are all rows of the last scan alike.

    Equal inode, size and time are of one file; where another file has that size and time, too, only
    together with the name: a new file may get the inode of one that was deleted. Where a file went
    to another disk, or inodes do not last: equal name, size and time, if no third row has the same.
    Nothing is paired by its size alone.
    """
    alike = _grouped((*known, *come), lambda file: file.state)
    telling = {state for state, files in alike.items() if len({f.inode for f in files}) == 1}
    found = _by_inode(gone, come, telling)
    return found | _by_name(*_rest(gone, come, found), known, come)


def _by_inode(
    gone: Iterable[File], come: Iterable[File], telling: Container[tuple[int, int]]
) -> dict[File, File]:
    """Pair by inode. Several rows may be of one file: its versions, its second names.

    The likest names go first, and where there are as many as there were, they go in their order.
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
    """Pair by name and state, which are those of no other file."""
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
