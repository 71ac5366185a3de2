"""Settings of a Flickr account."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.configuration.addresses import ServiceAddress
from photo_assets.configuration.catalogs import NOT_IN_ROWS

ENDPOINT: Final = "https://api.flickr.com"
FILES_ENDPOINT: Final = "https://live.staticflickr.com"


class FlickrSettings(OnlineCatalogSettings):
    """A Flickr account."""

    gives_previews: ClassVar[bool] = True

    endpoint: ServiceAddress = Field(default=ENDPOINT, description="Address of Flickr's API.")
    files_endpoint: Annotated[ServiceAddress, NOT_IN_ROWS] = Field(
        default=FILES_ENDPOINT,
        description="Address of Flickr's server of photo files; files elsewhere are not "
        "downloaded.",
    )
    requests_per_second: Annotated[float, NOT_IN_ROWS] = Field(
        default=1.0,
        gt=0,
        le=1_000,
        description="Most calls per second, of all processes together. Flickr asks for no more "
        "than 3,600 an hour per key.",
    )
