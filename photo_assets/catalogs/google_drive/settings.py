"""Settings of a Google Drive account."""

from typing import Annotated, Final

from pydantic import Field

from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.configuration.addresses import ServiceAddress
from photo_assets.configuration.catalogs import NOT_IN_ROWS, LocalPath

ENDPOINT: Final = "https://www.googleapis.com"


class GoogleDriveSettings(OnlineCatalogSettings):
    """One Google account, or one service account."""

    endpoint: ServiceAddress = Field(
        default=ENDPOINT,
        description="Address of the service. Only tests need another one.",
    )
    # Google allows a person 12,000 queries a minute; of its newer quota units, which are 325,000 a
    # minute, a listing may use 100.
    requests_per_second: Annotated[float, NOT_IN_ROWS] = Field(
        default=50.0,
        gt=0,
        le=1_000,
        description="Most calls per second, of all processes together.",
    )
    key_file: Annotated[LocalPath | None, NOT_IN_ROWS] = Field(
        default=None,
        description="JSON key of a service account, instead of signing in. A service account sees "
        "only the folders and shared drives that were shared with its address.",
    )
    folders: tuple[str, ...] = Field(
        default=(),
        description="Ids of folders or shared drives: only what is in them, at any depth, is read. "
        "The id is the last part of the folder's address in the browser. Empty: everything.",
    )
    shared_drives: bool = Field(
        default=True, description="Whether to read the shared drives that the account belongs to."
    )
    shared_with_me: bool = Field(
        default=True, description="Whether to read files that other people own and share."
    )

    @property
    def signs_in(self) -> bool:
        """Whether a person signs in; a service account has a key."""
        return self.key_file is None
