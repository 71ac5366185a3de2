"""An account in the stand-in and a workspace that has signed in to it, for the tests of the reader."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.following import let_follow
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import Manifest, load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.smugmug.catalog import SmugMugCatalog
from photo_assets.catalogs.smugmug.settings import SmugMugSettings
from photo_assets.service_calls import Policy
from photo_assets.workspace import Workspace
from photo_assets_tests.configured import workspace_of
from photo_assets_tests.services.smugmug.library import Library
from photo_assets_tests.services.smugmug.server import SmugMugServer

PATIENT = 60.0


class QuickSettings(SmugMugSettings):
    """Waits before repeats are short, and the breaker leaves a test's faults alone."""

    @property
    def policy(self) -> Policy:
        """The limits of the calls."""
        return replace(super().policy, backoff_s=(0.001, 0.01), breaker_failures=1_000, tries=12)


class Account:
    """What a test does with an account: people change it, runs read it."""

    def __init__(self, server: SmugMugServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.workspace: Workspace = workspace_of({}, folder)

    @property
    def library(self) -> Library:
        return self.server.library

    def sign_in(self, **other: str) -> None:
        """Store a sign-in, as `photosync auth smugmug test` does."""
        given = self.server.settings
        values = {
            "kind": "oauth1",
            "endpoint": self.server.base_url,
            "client_id": given.api_key,
            "client_secret": given.api_secret,
            "token": given.token,
            "token_secret": given.token_secret,
            **other,
        }
        self.workspace.credentials.write("smugmug", "test", values)

    def catalog(self, **settings: Any) -> SmugMugCatalog:
        """Return a new reader, as every run makes one."""
        stated = {
            "endpoint": self.server.base_url,
            "requests_per_second": 1_000,
            "timeout_seconds": 5,
            **settings,
        }
        return SmugMugCatalog("test", QuickSettings.model_validate(stated), self.workspace)

    def read(self, *, percent: float = 100, **settings: Any) -> Discovery:
        """Read the account; the server's log begins at zero."""
        self.server.log.clear()
        catalog = self.catalog(**settings)
        return discover(catalog, self.workspace.staging, guard=Guard(percent=percent))

    def probe(self) -> str | None:
        """Return the token of a tick, as the sensor asks for it; the log begins at zero."""
        self.server.log.clear()
        catalog = self.catalog()
        let_follow(catalog, self._place, self._manifest())
        return catalog.probe(time.monotonic() + PATIENT).token

    def token(self) -> str | None:
        """Return the token of the accepted scan."""
        return self._manifest().token

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the accepted rows by native id."""
        manifest = self._manifest()
        tables = [read_part(self._place, part) for part in manifest.months.values()]
        return {row["native_id"]: row for table in tables for row in table.to_pylist()}

    def online(self) -> set[str]:
        """Return the ids that are not missing."""
        return {key for key, row in self.rows().items() if row["availability"] == "online"}

    @property
    def _place(self) -> Path:
        return catalog_folder(self.workspace.staging, "smugmug", "test")

    def _manifest(self) -> Manifest:
        manifest = load_manifest(self._place)
        assert manifest is not None
        return manifest
