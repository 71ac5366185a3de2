"""Reading an account of the stand-in as every run does: with a new catalog, by discovery."""

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.following import let_follow
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.flickr.catalog import FlickrCatalog
from photo_assets.catalogs.flickr.settings import FlickrSettings
from photo_assets_tests.configured import workspace_of
from photo_assets_tests.services.flickr.server import FlickrServer

#: What the stand-in answers at once need not be waited for.
_QUICK = {"requests_per_second": 1000, "timeout_seconds": 30, "longest_wait_minutes": 5}


class Reading:
    """One catalog of the account that `server` serves, in a workspace in `folder`."""

    def __init__(self, server: FlickrServer, folder: Path) -> None:
        self.server = server
        self._lake = folder / "lake"
        self.workspace = workspace_of({"flickr": {"test": self._settings()}}, folder)

    def _settings(self, **settings: Any) -> dict[str, Any]:
        return {"endpoint": self.server.base_url, **_QUICK, **settings}

    def sign_in(self, **values: Any) -> None:
        """Store the token that the owner gave, as a sign-in does."""
        keys = self.server.keys
        stored = {
            "kind": "oauth1",
            "endpoint": self.server.base_url,
            "client_id": keys.api_key,
            "client_secret": keys.api_secret,
            "token": keys.token,
            "token_secret": keys.token_secret,
        }
        self.workspace.credentials.write("flickr", "test", stored | values)

    def catalog(self, **settings: Any) -> FlickrCatalog:
        return FlickrCatalog("test", FlickrSettings(**self._settings(**settings)), self.workspace)

    def read(self, *, full: bool = False, percent: float = 100, **settings: Any) -> Discovery:
        """Discover the account; the calls of the server begin at zero."""
        self.server.calls.clear()
        catalog = self.catalog(**settings)
        return discover(catalog, self._lake, guard=Guard(percent=percent), full=full)

    def probe(self) -> str | None:
        """Return the token of a tick, as the sensor asks for it."""
        self.server.calls.clear()
        catalog = self.catalog()
        place = catalog_folder(self._lake, "flickr", "test")
        let_follow(catalog, place, load_manifest(place))
        return catalog.probe(time.monotonic() + 60).token

    def accepted_token(self) -> str | None:
        manifest = load_manifest(catalog_folder(self._lake, "flickr", "test"))
        return None if manifest is None else manifest.token

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the accepted rows by native id."""
        place = catalog_folder(self._lake, "flickr", "test")
        manifest = load_manifest(place)
        parts = {} if manifest is None else manifest.months
        tables = [read_part(place, part) for part in parts.values()]
        return {row["native_id"]: row for table in tables for row in table.to_pylist()}

    def calls(self) -> Mapping[str, int]:
        return Counter(self.server.counted())
