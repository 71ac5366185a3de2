"""Helpers for scanning a tree in tests."""

from pathlib import Path
from typing import Any

import orjson

from photo_assets.catalogs.folders.catalog import FoldersCatalog
from photo_assets.catalogs.folders.settings import FoldersSettings
from photo_assets.model.events import Discarded, Failed, Found, ScanEvent
from photo_assets.model.item import Item


def catalog(root: Path, **settings: Any) -> FoldersCatalog:
    return FoldersCatalog("test", FoldersSettings(path=root, **settings))


def scan(root: Path, **settings: Any) -> list[ScanEvent]:
    return list(catalog(root, **settings).scan({}))


def items(root: Path, **settings: Any) -> dict[str, Item]:
    found = [event.item for event in scan(root, **settings) if isinstance(event, Found)]
    return {item.native_id: item for item in found}


def discards(events: list[ScanEvent]) -> dict[str, str]:
    return {event.ref: event.reason for event in events if isinstance(event, Discarded)}


def failures(events: list[ScanEvent]) -> dict[str, Failed]:
    return {event.ref: event for event in events if isinstance(event, Failed)}


def links(item: Item) -> list[tuple[str, str]]:
    return [(link.kind.value, link.target) for link in item.links]


def extras(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(item.extras or "{}")
    return found
