"""A library with one Immich catalog, read as runs and the sensor read it."""

import time
from collections import Counter
from pathlib import Path
from typing import Any

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.following import let_follow
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.immich.catalog import ImmichCatalog
from photo_assets.catalogs.protocol import Probe
from photo_assets.catalogs.registry import build_catalogs
from photo_assets_tests.configured import workspace_of
from photo_assets_tests.services.immich.server import ImmichServer

FAST = {"requests_per_second": 1000.0, "longest_wait_minutes": 0.2}


class Account:
    """`settings` are added to the catalog's."""

    def __init__(self, server: ImmichServer, folder: Path, **settings: Any) -> None:
        self.server = server
        stated = {"endpoint": server.base_url, **FAST, **settings}
        self.workspace = workspace_of({"immich": {"main": stated}}, folder)
        self.place = catalog_folder(self.workspace.staging, "immich", "main")

    def catalog(self) -> ImmichCatalog:
        """Return a new reader, as every run makes one."""
        (made,) = build_catalogs(self.workspace, "immich")
        assert isinstance(made, ImmichCatalog)
        return made

    def read(self, *, guard: float = 100, full: bool = False) -> Discovery:
        """Discover; the server's log begins anew."""
        self.server.log.clear()
        staging = self.workspace.staging
        return discover(self.catalog(), staging, guard=Guard(percent=guard), full=full)

    def probe(self) -> Probe:
        """Ask as a tick of the sensor does; the server's log begins anew."""
        self.server.log.clear()
        catalog = self.catalog()
        let_follow(catalog, self.place, load_manifest(self.place))
        return catalog.probe(time.monotonic() + 60)

    def is_current(self) -> bool:
        """Return whether a tick finds nothing to read."""
        manifest = load_manifest(self.place)
        return manifest is not None and self.probe().token == manifest.token

    def calls(self) -> Counter[str]:
        """Return the calls since the last read or probe, by path."""
        return Counter(one.path.removeprefix("/api/") for one in self.server.log.all())

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the accepted rows, by file name."""
        manifest = load_manifest(self.place)
        assert manifest is not None
        tables = [read_part(self.place, part) for part in manifest.months.values()]
        return {row["file_name"]: row for table in tables for row in table.to_pylist()}
