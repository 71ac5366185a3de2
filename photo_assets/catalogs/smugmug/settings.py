"""Settings of a SmugMug account."""

from typing import Annotated, ClassVar

from pydantic import Field

from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.configuration.addresses import ServiceAddress
from photo_assets.configuration.catalogs import NOT_IN_ROWS

ENDPOINT = "https://api.smugmug.com"
FILES_ENDPOINT = "https://photos.smugmug.com"


class SmugMugSettings(OnlineCatalogSettings):
    """A SmugMug account, after `photosync auth smugmug NAME`.

    A photo is identified by the MD5 and the size of the uploaded file: nothing is downloaded unless
    `fetch` is original or keep. Of a video SmugMug only gives a re-encoded version: it is marked as
    of reduced quality and never downloaded. Passwords of albums are never requested.
    """

    gives_previews: ClassVar[bool] = True

    endpoint: ServiceAddress = Field(default=ENDPOINT, description="Address of the API.")
    files_endpoint: Annotated[ServiceAddress, NOT_IN_ROWS] = Field(
        default=FILES_ENDPOINT,
        description="Address of SmugMug's server of files; files elsewhere are not downloaded.",
    )
    # The service publishes no number, only that each reply says what is left of its window.
    requests_per_second: Annotated[float, NOT_IN_ROWS] = Field(
        default=4.0,
        gt=0,
        le=1_000,
        description="Most calls per second, of all processes together.",
    )
    full_listing_days: Annotated[float, NOT_IN_ROWS] = Field(
        default=7.0,
        gt=0,
        le=3_650,
        description="Every album is listed again after this time, in days. SmugMug does not say "
        "when only a caption or keywords of an image were edited: such edits are found then.",
    )
