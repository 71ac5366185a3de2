"""The catalog of a SmugMug account: connects `service` to the account's sign-in."""

from pathlib import Path
from typing import ClassVar

from photo_assets.catalogs.online.catalog import OnlineCatalog
from photo_assets.catalogs.online.service import OnlineService
from photo_assets.catalogs.smugmug.client import SmugMugClient
from photo_assets.catalogs.smugmug.service import SmugMugService
from photo_assets.catalogs.smugmug.settings import SmugMugSettings
from photo_assets.catalogs.smugmug.sign_in import SIGN_IN
from photo_assets.service_calls import RateLimitedCaller
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets.workspace import Workspace


class SmugMugCatalog(OnlineCatalog):
    """One account. The native id is the key of an image, wherever it is shown."""

    source: ClassVar[str] = "smugmug"
    reader_version: ClassVar[int] = 1

    def __init__(self, name: str, settings: SmugMugSettings, workspace: Workspace) -> None:
        folder: Path = workspace.listings / self.source / name
        super().__init__(name, settings, folder)
        self._account = settings
        self._workspace = workspace

    def connect(self) -> OnlineService:
        """Return the account. Raises `SignInError`."""
        settings = self._account
        signed = CatalogSignIn(self.source, self.name, SIGN_IN, settings.endpoint)
        values = Access(self._workspace.credentials, signed).values()
        secrets = [str(values[name]) for name in ("client_secret", "token", "token_secret")]
        caller = RateLimitedCaller(
            self._workspace.ledger, signed.label, settings.policy, secrets=secrets
        )
        client = SmugMugClient(settings.endpoint, values, caller, settings.timeout_seconds)
        return SmugMugService(client, signed, settings, self.reader_version)
