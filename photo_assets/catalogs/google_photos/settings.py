"""Settings of a Google Photos account."""

from typing import Annotated, Final

from pydantic import Field

from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.configuration.addresses import ServiceAddress
from photo_assets.configuration.catalogs import NOT_IN_ROWS

ENDPOINT: Final = "https://photospicker.googleapis.com"


class GooglePhotosSettings(OnlineCatalogSettings):
    """What you picked in a Google Photos account: `photosync pick google_photos NAME`.

    Reading it calls no service. For a whole library, read an export as `google_takeout`.
    """

    # The same items whichever server listed them.
    endpoint: Annotated[ServiceAddress, NOT_IN_ROWS] = Field(
        default=ENDPOINT,
        description="Address of the service. Only tests need another one.",
    )
    # Google's quota is 100,000 requests a minute for each project; one person needs a few.
    requests_per_second: Annotated[float, NOT_IN_ROWS] = Field(
        default=50.0,
        gt=0,
        le=1_000,
        description="Most calls per second, of all processes together.",
    )
