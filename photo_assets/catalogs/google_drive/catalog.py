"""The catalog of one Google Drive account: connecting; what it reads is in `service`."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from photo_assets.catalogs.google_drive.client import DriveClient
from photo_assets.catalogs.google_drive.credentials import NEW_KEY, key_credentials, read_key
from photo_assets.catalogs.google_drive.item import FileReader
from photo_assets.catalogs.google_drive.records import revision_of
from photo_assets.catalogs.google_drive.service import DriveService
from photo_assets.catalogs.google_drive.settings import GoogleDriveSettings
from photo_assets.catalogs.online.catalog import OnlineCatalog
from photo_assets.catalogs.online.service import OnlineService, Record
from photo_assets.service_calls import RateLimitedCaller
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.google import TOKEN_URL, google_credentials

if TYPE_CHECKING:
    from google.auth.credentials import Credentials


class GoogleDriveCatalog(OnlineCatalog):
    """A `Catalog` of one account."""

    source: ClassVar[str] = "google_drive"
    reader_version: ClassVar[int] = FileReader.VERSION

    def __init__(
        self,
        name: str,
        settings: GoogleDriveSettings,
        folder: Path,
        access: Access,
        caller: Callable[[], RateLimitedCaller],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(name, settings, folder, clock=clock)
        self._drive = settings
        self._access = access
        self._caller = caller

    def connect(self) -> OnlineService:
        """Return the service; makes no call. Raises `CatalogUnavailableError`."""
        settings = self._drive
        reader = FileReader(
            self.name,
            account=settings.account,
            dates_from_names=settings.dates_from_names,
            folders=settings.folders,
            shared_with_me=settings.shared_with_me,
        )
        account, credentials = self._account()
        client = DriveClient(
            settings.endpoint, credentials, self._caller(), shared_drives=settings.shared_drives
        )
        return DriveService(
            client,
            reader,
            account=account,
            again=f"Run `{self._access.catalog.command}`."
            if settings.key_file is None
            else NEW_KEY,
            shared_drives=settings.shared_drives,
        )

    def content_version(self, record: Record) -> object:
        """Return what changes with a file's content."""
        return revision_of(record)

    def _account(self) -> tuple[str, Callable[[], "Credentials"]]:
        """Return the address of the account, and what makes its credentials."""
        if self._drive.key_file is None:
            account = str(self._access.values().get("account"))
            return account, lambda: google_credentials(self._access)
        key = read_key(self._drive.key_file)
        url, timeout = self._access.catalog.url(TOKEN_URL), self._drive.timeout_seconds
        return str(key["client_email"]), lambda: key_credentials(key, url, timeout)
