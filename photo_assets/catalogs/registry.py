"""Which readers exist, and building them from the settings. Nothing else knows all readers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from photo_assets.catalogs.eagle import EagleCatalog
from photo_assets.catalogs.folders import FoldersCatalog
from photo_assets.catalogs.google_takeout import TakeoutCatalog
from photo_assets.catalogs.lightroom import LightroomCatalog
from photo_assets.catalogs.protocol import Catalog
from photo_assets.store.configuration.catalogs import Catalogs, CatalogSettings

SOURCES: tuple[str, ...] = ("lightroom", "eagle", "folders", "google_takeout")
"""All sources with a reader, in the order of the asset graph."""

_READERS: dict[str, Callable[[str, Any, Path], Catalog]] = {
    "lightroom": LightroomCatalog,
    "eagle": lambda name, settings, _scratch: EagleCatalog(name, settings),
    "folders": lambda name, settings, _scratch: FoldersCatalog(name, settings),
    "google_takeout": lambda name, settings, _scratch: TakeoutCatalog(name, settings),
}


def catalog_settings(catalogs: Catalogs, source: str) -> dict[str, CatalogSettings]:
    """Return the configured catalogs of `source`, enabled or not."""
    found: dict[str, CatalogSettings] = getattr(catalogs, source)
    return found


def build_catalogs(catalogs: Catalogs, source: str, scratch: Path) -> list[Catalog]:
    """Return a reader for every enabled catalog of `source`, ordered by name."""
    return [
        _READERS[source](name, settings, scratch / source / name)
        for name, settings in sorted(catalog_settings(catalogs, source).items())
        if settings.enabled
    ]
