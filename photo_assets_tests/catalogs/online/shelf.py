"""A small service in memory with pages, albums and a change feed, and a catalog of it.

`hook` is called after every page that is served, so that a test can change the service in between.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from photo_assets.catalogs.online.catalog import OnlineCatalog
from photo_assets.catalogs.online.service import (
    ITEMS,
    CursorLostError,
    OnlineService,
    Page,
    Record,
    Tables,
)
from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.model.events import Discarded, Found, ScanEvent
from photo_assets.model.item import Album, Item
from photo_assets.model.vocabulary import AlbumKind
from photo_assets.service_calls import CallStatistics

SIZE = 10


class Shelf:
    """What the service holds. Every change has a number, which is the position of the feed."""

    def __init__(self, ids: Collection[int] = ()) -> None:
        self.photos: dict[int, Record] = {}
        self.albums: dict[str, Record] = {}
        self.log: list[tuple[str, str]] = []
        self.oldest = 0
        self.calls: list[str] = []
        self.hook: Callable[[], None] = lambda: None
        for one in ids:
            self.put(one)

    def put(self, number: int, title: str = "", **more: Any) -> None:
        """Add or change a photo."""
        self.photos[number] = {"id": f"p{number:05}", "title": title, **more}
        self.log.append((ITEMS, f"p{number:05}"))

    def remove(self, number: int) -> None:
        """Delete a photo."""
        del self.photos[number]
        self.log.append((ITEMS, f"p{number:05}"))

    def put_album(self, name: str, members: Collection[int]) -> None:
        """Add or change an album."""
        self.albums[name] = {"id": name, "photos": [f"p{n:05}" for n in members]}
        self.log.append(("albums", name))

    def call(self, what: str) -> None:
        """Count a call; the test may fail it or change something."""
        self.calls.append(what)
        self.hook()


class ShelfService(OnlineService):
    """Pages by key: each begins after the last id of the page before."""

    tables: ClassVar[tuple[str, ...]] = ("albums",)

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def cursor(self) -> str:
        """Return how many changes there were."""
        self._shelf.call("cursor")
        return str(len(self._shelf.log))

    def pages(self, kind: str, after: str | None, tables: Tables) -> Iterator[Page]:
        """Yield the pages of a kind."""
        while True:
            every = self._of(kind)
            keys = [key for key in sorted(every) if after is None or key > after]
            records = [every[key] for key in keys[:SIZE]]
            after = keys[SIZE - 1] if len(keys) > SIZE else None
            self._shelf.call(f"{kind} page")
            yield Page(records, next=after)
            if after is None:
                return

    def changes(self, cursor: str, tables: Tables) -> Iterator[Page]:
        """Yield a page for each kind that changed."""
        self._shelf.call("changes")
        if int(cursor) < self._shelf.oldest:
            raise CursorLostError
        end = len(self._shelf.log)
        news = set(self._shelf.log[int(cursor) : end])
        for kind in ("albums", ITEMS):
            now = self._of(kind)
            keys = sorted(key for of, key in news if of == kind)
            there = [now[key] for key in keys if key in now]
            yield Page(there, removed=[key for key in keys if key not in now], kind=kind)
        yield Page([], cursor=str(end))

    def _of(self, kind: str) -> dict[str, Record]:
        if kind == "albums":
            return dict(self._shelf.albums)
        return {record["id"]: dict(record) for record in self._shelf.photos.values()}

    def item(self, record: Record, tables: Tables) -> ScanEvent:
        """Read a record; one without a picture is discarded."""
        if record.get("document"):
            return Discarded(record["id"], "not a picture")
        albums = [
            Album(id=name, path=(name,), kind=AlbumKind.ALBUM)
            for name, album in sorted(tables["albums"].items())
            if record["id"] in album["photos"]
        ]
        return Found(
            Item(
                source="shelf",
                catalog="test",
                native_id=record["id"],
                reader_version=1,
                title=record["title"] or None,
                rating=record.get("rating"),
                added_time=datetime(2020, 1 + int(record["id"][1:]) % 12, 1, tzinfo=UTC),
                albums=tuple(albums),
            )
        )

    @property
    def statistics(self) -> CallStatistics:
        """The number of calls."""
        return CallStatistics(calls=len(self._shelf.calls))


class ShelfCatalog(OnlineCatalog):
    """The catalog of a shelf."""

    source: ClassVar[str] = "shelf"
    reader_version: ClassVar[int] = 1
    shelf: Shelf

    def connect(self) -> OnlineService:
        """Return the service."""
        return ShelfService(self.shelf)


def catalog_of(
    shelf: Shelf, folder: Path, now: datetime = datetime(2026, 11, 1, tzinfo=UTC), **settings: Any
) -> ShelfCatalog:
    """Return a catalog, as every run makes a new one."""
    made = ShelfCatalog(
        "test",
        OnlineCatalogSettings(endpoint="https://shelf.test", **settings),
        folder / "listings",
        clock=lambda: now,
    )
    made.shelf = shelf
    return made
