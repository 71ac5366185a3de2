"""The albums of one service as its catalogs state them, and the items in one of them.

The albums of the whole collection, whatever the catalog, are in `albums`.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from photo_assets.lake import Lake, Snapshot
from photo_assets.lake.facts_cache import Facts, FactsCache
from photo_assets.lake.inputs import photo_files, photo_table
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import ITEMS, MEMBERS
from photo_assets.web.albums import album_key

_DOING = "The album could not be read"
_ROWS = """
SELECT * EXCLUDE (raw, change_token) FROM item
WHERE catalog = $1 AND len(list_filter(
  albums, lambda one: one.path = $2 AND one.id IS NOT DISTINCT FROM $3)) > 0
ORDER BY capture_time DESC, native_id LIMIT $4 OFFSET $5
"""
_PHOTOS = "SELECT native_id, photo_id FROM {} SEMI JOIN shown USING (source, catalog, native_id)"


@dataclass(slots=True)
class ServiceAlbum:
    """One album of one catalog. `key` names it in addresses; `months`: items by month."""

    key: str
    catalog: str
    native_id: str | None
    path: list[str]
    kind: str | None
    months: dict[str, int] = field(default_factory=dict)


class ServiceAlbums:
    """The albums of a service; what months contribute is kept in a file in `cache`."""

    def __init__(self, lake: Lake, source: str, cache: Path) -> None:
        self._lake, self._source = lake, source
        self._facts = FactsCache(cache / f"albums_{source}.json")
        self._lock = threading.Lock()

    def all(self) -> dict[str, ServiceAlbum]:
        """Return key -> album, ordered by catalog and path."""
        asset = ("catalog", self._source)
        tables = Snapshot(self._lake)
        digests = {name: tables.digest(asset, name) or "" for name in tables.names(asset)}
        with self._lock:
            facts = self._facts.of(digests, self._make)
        albums: dict[str, ServiceAlbum] = {}
        for month, found in facts.items():
            for text, count in found.items():
                key = album_key(text)
                album = albums.setdefault(key, ServiceAlbum(key, *orjson.loads(text)))
                album.months[month] = count
        ordered = sorted(albums, key=lambda key: (albums[key].catalog, albums[key].path, key))
        return {key: albums[key] for key in ordered}

    def items(self, album: ServiceAlbum, first: int, count: int) -> Iterator[dict[str, Any]]:
        """Yield some items of an album, newest month first.

        Each has its `photo_id`, None if it was not joined yet.
        """
        skipped = 0
        for month in sorted(album.months, reverse=True):
            number = album.months[month]
            if count > 0 and skipped + number > first:
                rows = self._items(album, month, max(0, first - skipped), count)
                count -= len(rows)
                first += len(rows)
                yield from rows
            skipped += number

    def _items(
        self, album: ServiceAlbum, month: str, first: int, count: int
    ) -> list[dict[str, Any]]:
        """Return items of a month. Nearly all photos are in the month of their items."""
        items = [self._lake.path(("catalog", self._source), month)]
        with self._lake.query("counts", _DOING) as connection:
            view_stored(connection, "item", ITEMS, items)
            values = [album.catalog, album.path, album.native_id, count, first]
            found = connection.sql(_ROWS, params=values).to_arrow_table()
            connection.register("shown", found)
            home = self._lake.path(photo_table(MEMBERS), month)
            view_stored(connection, "home", MEMBERS, [home] if home.is_file() else [])
            photos = dict(connection.execute(_PHOTOS.format("home")).fetchall())
            if len(photos) < found.num_rows:
                view_stored(connection, "member", MEMBERS, photo_files(self._lake, MEMBERS))
                photos = dict(connection.execute(_PHOTOS.format("member")).fetchall())
        return [{**row, "photo_id": photos.get(row["native_id"])} for row in found.to_pylist()]

    def _make(self, months: Sequence[str]) -> Mapping[str, Facts]:
        return {month: self._facts_of(month) for month in months}

    def _facts_of(self, month: str) -> Facts:
        """Return album, as JSON -> its number of items."""
        columns = ["catalog", "albums"]
        rows = self._lake.read(("catalog", self._source), month, ITEMS, columns)
        counts: dict[str, int] = {}
        catalogs, albums = (rows[name].to_pylist() for name in columns)
        for catalog, stated in zip(catalogs, albums, strict=True):
            each = {
                orjson.dumps([catalog, one["id"], one["path"], one["kind"]]).decode()
                for one in stated or ()
            }
            for text in each:
                counts[text] = counts.get(text, 0) + 1
        return counts
