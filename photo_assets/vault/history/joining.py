"""Joining small packs of the repository, with trees of successive commits as differences.

A folder of 256 names takes 5 KiB in each commit that changes one of them, nearly all of it hashes,
which do not compress; what differs from the folder before takes some 40 bytes. Only objects of one
pack are stored so: a pack must be readable by itself.
"""

import hashlib
import zlib
from collections.abc import Mapping
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Final

from dulwich.object_format import SHA1
from dulwich.objects import RawObjectID
from dulwich.pack import REF_DELTA, PackIndex, load_pack_index_file, pack_object_header

from photo_assets.system.checked_json import write_json
from photo_assets.vault.history.log import commits
from photo_assets.vault.history.packs import PACK_BYTES, PREFIX, TREE, PackWriter
from photo_assets.vault.history.preparing import UNFINISHED, remove_unfinished
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.tree_deltas import tree_delta
from photo_assets.vault.history.trees import TreeSource, entries_of, tree_in

_FEW: Final = 30
"""Up to how many small packs are left as they are."""

_JOINED_BYTES: Final = 3 * PACK_BYTES
"""The size at which a joined pack is closed: the first version of a tree in it is whole."""

_LEVELS: Final = 2
"""How deep below the root the large trees are: `photos`, and its folders."""


def join_packs(repository: HistoryRepository) -> None:
    """Replace many small packs of this program by few: each costs every reader time and files.

    The caller holds the lock. The new packs are synced before the old ones are removed; a process
    that is killed leaves either for `remove_unfinished`. Raises `StorageError`, `OSError`, and
    `ValueError` for a damaged pack; then the old packs are still there.
    """
    folder = repository.folder / "objects" / "pack"
    if not (old := _small_packs(folder)):
        return

    def announce(packs: list[str]) -> None:
        head = (repository.head() or b"").decode()
        unfinished = {"packs": packs, "commit": "", "before": head}
        write_json(repository.own_file(UNFINISHED), unfinished)

    indexes = {stem: _index(folder / f"{stem}.idx") for stem in old}
    trees = _trees(repository, indexes)
    earlier = earlier_trees(repository, [tree for tree, _ in trees])
    joined = PackWriter(folder, announce, _JOINED_BYTES)
    # A tree can be stored as a difference from one that is in the new pack already.
    for stem in dict.fromkeys([*(stem for _, stem in trees), *old]):
        _copy(repository, folder / f"{stem}.pack", indexes[stem], earlier, joined)
    joined.flush()
    announce(old)
    remove_unfinished(repository)


def earlier_trees(source: TreeSource, roots: list[bytes]) -> dict[bytes, bytes]:
    """Return tree -> the one that it replaced in one of the successive states `roots`."""
    found: dict[bytes, bytes] = {}

    def compare(old: bytes, new: bytes, levels: int) -> None:
        if old == new:
            return
        found.setdefault(new, old)
        if levels:
            before, after = (entries_of(source.tree(one)) for one in (old, new))
            for name in before.keys() & after.keys():
                below, now = tree_in(before, name), tree_in(after, name)
                if below and now:
                    compare(below, now, levels - 1)

    for old, new in pairwise(roots):
        compare(old, new, _LEVELS)
    return found


def _small_packs(folder: Path) -> list[str]:
    """Return the small packs of this program, if they are more than a few; else none."""
    small = [
        pack.stem
        for pack in sorted(folder.glob(f"{PREFIX}*.pack"))
        if pack.stat().st_size < PACK_BYTES // 2
        and pack.with_suffix(".idx").exists()
        and not pack.with_suffix(".keep").exists()
    ]
    return small if len(small) > _FEW else []


def _trees(
    repository: HistoryRepository, indexes: Mapping[str, PackIndex]
) -> list[tuple[bytes, str]]:
    """Return the root of each commit since the oldest one in these packs, and its pack."""
    found = []
    for commit in commits(repository):
        name = bytes.fromhex(commit.name)
        stem = next((stem for stem, index in indexes.items() if _has(index, name)), None)
        if stem is None:
            break
        found.append((commit.tree, stem))
    return found[::-1]


def _copy(
    repository: HistoryRepository,
    pack: Path,
    index: PackIndex,
    earlier: Mapping[bytes, bytes],
    target: PackWriter,
) -> None:
    """Add all objects of a pack to another one, trees as differences where possible.

    Raises `ValueError` if the pack is damaged, and as `PackWriter.add`.
    """
    content = pack.read_bytes()
    if hashlib.sha1(content[:-20], usedforsecurity=False).digest() != content[-20:]:
        raise ValueError(f"The pack {pack.stem} is damaged.")
    offsets = sorted((offset, bytes(sha)) for sha, offset, _ in index.iterentries())
    ends = [offset for offset, _ in offsets[1:]] + [len(content) - 20]
    for (offset, sha), end in zip(offsets, ends, strict=True):
        name, entry = sha.hex().encode(), content[offset:end]
        kind = entry[0] >> 4 & 7
        if kind == REF_DELTA:
            if not target.add_difference(name, _base(entry), entry):
                target.add(TREE, repository.tree(name))
        elif kind != TREE or not _add_difference(repository, name, earlier.get(name), target):
            target.add_entry(name, entry)


def _add_difference(
    repository: HistoryRepository, name: bytes, base: bytes | None, target: PackWriter
) -> bool:
    """Add a tree as what differs from another one, if that is in the pack; return whether."""
    if base is None or not target.pending(base):
        return False
    delta = tree_delta(repository.tree(base), repository.tree(name))
    header = bytes(pack_object_header(REF_DELTA, bytes.fromhex(base.decode()), len(delta), SHA1))
    return target.add_difference(name, base, header + zlib.compress(delta))


def _base(entry: bytes) -> bytes:
    """Return the name of the object from which an entry is a difference."""
    end = next(at for at, byte in enumerate(entry) if not byte & 0x80) + 1
    return entry[end : end + 20].hex().encode()


def _index(file: Path) -> PackIndex:
    return load_pack_index_file(file, BytesIO(file.read_bytes()), SHA1)


def _has(index: PackIndex, name: bytes) -> bool:
    try:
        index.object_offset(RawObjectID(name))
    except KeyError:
        return False
    return True
