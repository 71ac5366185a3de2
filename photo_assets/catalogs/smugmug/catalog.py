"""The catalog of a SmugMug account: connects `service` to the account's sign-in."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from photo_assets.catalogs.online.catalog import OnlineCatalog
from photo_assets.catalogs.online.service import OnlineService, Record
from photo_assets.catalogs.smugmug.client import SmugMugClient
from photo_assets.catalogs.smugmug.service import SmugMugService
from photo_assets.catalogs.smugmug.settings import SmugMugSettings
from photo_assets.catalogs.smugmug.sign_in import SIGN_IN
from photo_assets.media.content import Absence, RemoteContent
from photo_assets.service_calls import RateLimitedCaller
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets.workspace import Workspace


class SmugMugCatalog(OnlineCatalog):
    """One account. The native id is the key of an image, wherever it is shown."""

    source: ClassVar[str] = "smugmug"
    reader_version: ClassVar[int] = 2

    def __init__(self, name: str, settings: SmugMugSettings, workspace: Workspace) -> None:
        folder: Path = workspace.listings / self.source / name
        super().__init__(name, settings, folder)
        self._account = settings
        self._workspace = workspace

    def content(self, row: Mapping[str, Any]) -> RemoteContent:
        """Return the file of an image; without its MD5 the service does not give it."""
        content = super().content(row)
        return content if content.md5 else replace(content, withheld=Absence.NO_ORIGINAL)

    def content_version(self, record: Record) -> object:
        """Return what changes if another file is uploaded in place of an image."""
        return [record.get("Serial"), record.get("ArchivedMD5"), record.get("ArchivedSize")]

    def connect(self) -> OnlineService:
        """Return the account. Raises `SignInError`."""
        settings = self._account
        signed = CatalogSignIn(self.source, self.name, SIGN_IN, settings.endpoint)
        values = Access(self._workspace.credentials, signed).values()
        secrets = [str(values[name]) for name in ("client_secret", "token", "token_secret")]
        caller = RateLimitedCaller(
            self._workspace.ledger, signed.label, settings.policy, secrets=secrets
        )
        client = SmugMugClient(
            settings.endpoint, values, caller, settings.timeout_seconds, settings.files_endpoint
        )
        return SmugMugService(client, signed, settings, self.reader_version)
