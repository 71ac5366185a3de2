"""The catalog of an Immich account: connects, everything else is shared."""

import os
from datetime import UTC, datetime
from typing import ClassVar

from photo_assets.catalogs.immich.client import ImmichClient
from photo_assets.catalogs.immich.item import ImmichItems, content_version
from photo_assets.catalogs.immich.service import ImmichService, slot
from photo_assets.catalogs.immich.settings import ImmichSettings
from photo_assets.catalogs.immich.sign_in import SIGN_IN
from photo_assets.catalogs.online.catalog import OnlineCatalog
from photo_assets.catalogs.online.service import OnlineService, Record
from photo_assets.service_calls import RateLimitedCaller
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets.workspace import Workspace


class ImmichCatalog(OnlineCatalog):
    """One account of one server."""

    source: ClassVar[str] = "immich"
    reader_version: ClassVar[int] = 2

    def __init__(self, name: str, settings: ImmichSettings, workspace: Workspace) -> None:
        super().__init__(name, settings, workspace.listings / self.source / name)
        self._immich = settings
        self._workspace = workspace

    def content_version(self, record: Record) -> object:
        """Return what changes with an asset's file."""
        return content_version(record)

    def connect(self) -> OnlineService:
        """Return the service, with the API key from the environment or the stored one."""
        settings = self._immich
        catalog = CatalogSignIn(self.source, self.name, SIGN_IN, settings.endpoint)
        key = os.environ.get(settings.api_key_env, "").strip()
        again = f"set {settings.api_key_env} to it"
        if not key:
            key = str(Access(self._workspace.credentials, catalog).values()["key"])
            again = f"run: {catalog.command}"
        caller = RateLimitedCaller(
            self._workspace.ledger,
            f"immich {settings.endpoint.rstrip('/')}",
            settings.policy,
            secrets=[key],
        )
        items = ImmichItems(
            self.name,
            self.reader_version,
            account=settings.account,
            endpoint=settings.endpoint,
            root_map=settings.root_map,
            dates_from_names=settings.dates_from_names,
        )
        return ImmichService(
            ImmichClient(settings.endpoint, key, caller),
            items,
            lambda: slot(datetime.now(UTC), settings.poll_seconds),
            again,
        )
