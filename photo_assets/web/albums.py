"""The albums of the collection: how many photos each has, in which months, and its pictures.

An album is a path of names, as in the unified view: albums of several catalogs with the same path
are one.
"""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.lake import Snapshot
from photo_assets.lake.facts_cache import Facts, FactsCache
from photo_assets.model.vocabulary import Availability, Visibility
from photo_assets.web.collection import UNIFIED_ASSET, Collection, tiles_of
from photo_assets.web.folder_stamp import folder_stamp

PICTURES: Final = 4
"""How many pictures stand for an album."""


@dataclass(slots=True)
class Album:
    """One album. `key` names it in addresses; `months`: photos by month, newest first."""

    key: str
    path: str
    months: list[tuple[str, int]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)  # photo ids

    @property
    def count(self) -> int:
        """The number of its photos."""
        return sum(count for _, count in self.months)


class Albums:
    """All albums. What months contribute is kept in `cache`, which is derived data."""

    def __init__(self, collection: Collection, cache: Path) -> None:
        self._collection = collection
        self._facts = FactsCache(cache)
        self._lock = threading.Lock()
        self._known: tuple[int | None, dict[str, Album]] = (None, {})

    def all(self) -> dict[str, Album]:
        """Return key -> album, ordered by path."""
        lake = self._collection.lake
        with self._lock:
            stamp = folder_stamp(lake.root.joinpath(*UNIFIED_ASSET))
            if stamp is None or stamp != self._known[0]:
                tables = Snapshot(lake)
                names = tables.names(UNIFIED_ASSET)
                digests = {name: tables.digest(UNIFIED_ASSET, name) or "" for name in names}
                self._known = (stamp, _joined(self._facts.of(digests, self._make)))
            return self._known[1]

    def rows(self, album: Album, month: str) -> pa.Table:
        """Return the rows of `Collection.month` that are in an album."""
        rows = self._collection.month(month)
        albums = rows["albums"].combine_chunks()
        parents = pc.list_parent_indices(albums)
        inside = parents.filter(pc.equal(pc.list_flatten(albums), album.path))
        return rows.take(pc.unique(inside))

    def _make(self, months: Sequence[str]) -> Mapping[str, Facts]:
        return {month: _facts_of(self._collection.month(month)) for month in months}


def album_key(path: str) -> str:
    """Return the name of an album in addresses, which may not contain the path's characters."""
    return hashlib.sha256(path.encode()).hexdigest()[:20]


def _facts_of(rows: pa.Table) -> Facts:
    """Return path -> [number of photos, photo ids of its first pictures]."""
    found: dict[str, list[Any]] = defaultdict(lambda: [0, []])
    hidden = {Visibility.LOCKED, Availability.TRASHED}
    for tile, albums in zip(tiles_of(rows), rows["albums"].to_pylist(), strict=True):
        for path in albums or ():
            facts = found[path]
            facts[0] += 1
            pictured = tile.blob is not None and not hidden & {tile.visibility, tile.availability}
            if pictured and len(facts[1]) < PICTURES:
                facts[1].append(tile.photo_id)
    return found


def _joined(facts: Mapping[str, Facts]) -> dict[str, Album]:
    albums: dict[str, Album] = {}
    for month in sorted(facts, reverse=True):
        for path, (count, pictures) in facts[month].items():
            album = albums.setdefault(path, Album(album_key(path), path))
            album.months.append((month, count))
            album.pictures += pictures[: PICTURES - len(album.pictures)]
    return {albums[path].key: albums[path] for path in sorted(albums, key=str.casefold)}
