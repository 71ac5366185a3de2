"""Trees of a git repository: finding entries, and applying sorted changes to one.

Contents of files do not belong here.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from typing import Final, Protocol

from dulwich.objects import ObjectID, parse_tree, serialize_tree, sorted_tree_items

from photo_assets.vault.history.packs import TREE, object_id

FILE_MODE: Final = 0o100644
TREE_MODE: Final = 0o40000
_REGULAR: Final = 0o100000
_SUBMODULE: Final = 0o160000

Entries = dict[bytes, tuple[int, ObjectID]]
Path = tuple[bytes, ...]
Change = tuple[Path, bytes | None]
"""A path below a tree, and the name of the blob that is to be there; None: nothing."""


class TreeSource(Protocol):
    """Where the contents of trees come from."""

    def tree(self, name: bytes) -> bytes:
        """Return the content of a tree."""


def entries_of(content: bytes) -> Entries:
    """Return name -> (mode, object) of a tree's content."""
    return {name: (mode, ObjectID(one)) for name, mode, one in parse_tree(content, 20)}


def find(source: TreeSource, tree: bytes | None, path: Path) -> bytes | None:
    """Return the object at a path below a tree, None if there is none."""
    for part in path[:-1]:
        tree = tree_in(entries_of(source.tree(tree)), part) if tree else None
    return entries_of(source.tree(tree)).get(path[-1], (0, None))[1] if tree else None


def tree_in(entries: Entries, name: bytes) -> bytes | None:
    """Return the tree of a name, None if it has none: it may be a file's."""
    mode, one = entries.get(name, (0, None))
    return one if mode == TREE_MODE else None


def file_in(entries: Entries, name: bytes) -> bytes | None:
    """Return the blob of a name, None if it has none: it may be a tree's or a submodule's."""
    mode, one = entries.get(name, (0, None))
    return one if mode & _REGULAR == _REGULAR and mode != _SUBMODULE else None


def files(source: TreeSource, tree: bytes | None, above: Path = ()) -> Iterator[tuple[Path, bytes]]:
    """Yield every file below a tree with its path, in git's order."""
    for name, (mode, one) in entries_of(source.tree(tree)).items() if tree else ():
        if mode == TREE_MODE:
            yield from files(source, one, (*above, name))
        else:
            yield (*above, name), one


def differing(
    source: TreeSource, old: bytes | None, new: bytes | None, above: Path = ()
) -> Iterator[tuple[Path, bytes | None, bytes | None]]:
    """Yield the files that differ between two trees: path, old and new blob."""
    if old == new:
        return
    before = entries_of(source.tree(old)) if old else {}
    after = entries_of(source.tree(new)) if new else {}
    for name in sorted(before.keys() | after.keys()):
        (mode, one), (other_mode, other) = before.get(name, (0, None)), after.get(name, (0, None))
        path = (*above, name)
        if TREE_MODE in (mode, other_mode):
            yield from differing(
                source,
                one if mode == TREE_MODE else None,
                other if other_mode == TREE_MODE else None,
                path,
            )
        one, other = (
            found if kind != TREE_MODE else None
            for found, kind in ((one, mode), (other, other_mode))
        )
        if one != other:
            yield path, one, other


def updated(
    source: TreeSource,
    add: Callable[[int, bytes], bytes],
    tree: bytes | None,
    changes: Iterable[Change],
    depth: int = 0,
) -> bytes | None:
    """Return the tree with `changes` applied, and `add` those that are new; None if it is empty.

    `changes` are sorted by path. Only the trees on their paths are read.
    """
    entries = entries_of(source.tree(tree)) if tree else {}
    for name, group in groupby(changes, key=lambda change: change[0][depth]):
        path, blob = first = next(group)
        mode, old = entries.get(name, (0, None))
        if len(path) == depth + 1:
            found, mode = blob, FILE_MODE
        else:
            below = old if mode == TREE_MODE else None
            found = updated(source, add, below, chain([first], group), depth + 1)  # noqa: B031
            mode = TREE_MODE
        if found is None:
            entries.pop(name, None)
        else:
            entries[name] = (mode, ObjectID(found))
    if not entries:
        return None
    content = b"".join(
        serialize_tree((e.path, e.mode, e.sha) for e in sorted_tree_items(entries, False))
    )
    name = object_id(TREE, content)
    return name if name == tree else add(TREE, content)
