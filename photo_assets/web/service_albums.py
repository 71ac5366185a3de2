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
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import ITEMS, MEMBERS
from photo_assets.web.albums import album_key

_DOING = "The album could not be read"


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

        Each has its `photo_id` and the `photo_month` in which its photo is stored; both are None
        for an item that was not joined yet.
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
        with self._lake.query("counts", _DOING) as connection:
            file = self._lake.path(("catalog", self._source), month)
            view_stored(connection, "item", ITEMS, [file])
            query = (
                "SELECT * EXCLUDE (raw, change_token) FROM item WHERE catalog = $1 AND "
                "len(list_filter(albums, lambda one: one.path = $2 "
                "AND one.id IS NOT DISTINCT FROM $3)) > 0 "
                "ORDER BY capture_time DESC, native_id LIMIT $4 OFFSET $5"
            )
            values = [album.catalog, album.path, album.native_id, count, first]
            rows: list[dict[str, Any]] = (
                connection.sql(query, params=values).to_arrow_table().to_pylist()
            )
        ids = [row["native_id"] for row in rows]
        # Nearly all photos are in the month of their items; only the others are looked for.
        known = self._photos(album, ids, [month])
        if missing := [one for one in ids if one not in known]:
            known |= self._photos(album, missing, self._lake.names(photo_table(MEMBERS)))
        for row in rows:
            row["photo_id"], row["photo_month"] = known.get(row["native_id"], (None, None))
        return rows

    def _photos(
        self, album: ServiceAlbum, native_ids: Sequence[str], months: Sequence[str]
    ) -> dict[str, tuple[str, str]]:
        """Return native id -> (photo, the month it is stored in), as far as `months` have it."""
        paths = (self._lake.path(photo_table(MEMBERS), month) for month in months)
        files = [path for path in paths if path.is_file()]
        query = (
            "SELECT native_id, photo_id, partition FROM member WHERE source = $1 AND catalog = $2 "
            "AND native_id IN (SELECT unnest($3::VARCHAR[]))"
        )
        values = [self._source, album.catalog, [*native_ids]]
        with self._lake.query("counts", _DOING) as connection:
            view_stored(connection, "member", MEMBERS, files, partitioned=True)
            found = connection.execute(query, values).fetchall()
        return {native_id: (photo_id, month) for native_id, photo_id, month in found}

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
