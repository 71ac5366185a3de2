"""Reading a catalog in a test: the reader over a path, its events, its items by file name."""

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from photo_assets.catalogs.lightroom.catalog import LightroomCatalog
from photo_assets.catalogs.lightroom.settings import LightroomSettings
from photo_assets.model.events import Accounting, Failed, Found, ScanEvent
from photo_assets.model.item import Item


def reader(
    path: Path,
    scratch: Path,
    root_map: Mapping[str, Path] | None = None,
    account: str | None = None,
) -> LightroomCatalog:
    """Return a reader named "test"."""
    settings = LightroomSettings(path=path, root_map=dict(root_map or {}), account=account)
    return LightroomCatalog("test", settings, scratch)


def scanned(
    path: Path, scratch: Path, root_map: Mapping[str, Path] | None = None
) -> list[ScanEvent]:
    """Return all events of a full scan, balanced."""
    events = list(reader(path, scratch, root_map).scan({}))
    accounting = Accounting()
    for event in events:
        accounting.count(event)
    assert accounting.balanced
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as database:
        (rows,) = database.execute("SELECT count(*) FROM Adobe_images").fetchone()
    if not path.with_name(path.name + "-wal").exists():
        assert accounting.found == rows, "one event for each row"
    return events


def items(events: Iterable[ScanEvent]) -> dict[str, Item]:
    """Return the items found, by native id."""
    return {event.item.native_id: event.item for event in events if isinstance(event, Found)}


def by_name(events: Iterable[ScanEvent]) -> dict[str, Item]:
    """Return the items found, by file name."""
    found = [event.item for event in events if isinstance(event, Found)]
    return {item.file_name or "": item for item in found}


def failures(events: Iterable[ScanEvent]) -> list[Failed]:
    """Return the entries that failed."""
    return [event for event in events if isinstance(event, Failed)]
