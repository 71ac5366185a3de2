"""Settings of an Immich server."""

import os
from typing import Annotated, ClassVar

from pydantic import Field

from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.configuration.addresses import ServiceAddress
from photo_assets.configuration.catalogs import NOT_IN_ROWS, LocalPath
from photo_assets.configuration.sinks import VariableName


class ImmichSettings(OnlineCatalogSettings):
    """An Immich server (version 3): the photos of the account that the API key belongs to."""

    gives_previews: ClassVar[bool] = True

    endpoint: ServiceAddress = Field(
        description="Address of the server, such as https://photos.example.org, without /api.",
    )
    requests_per_second: Annotated[float, NOT_IN_ROWS] = Field(
        default=10.0,
        gt=0,
        le=1_000,
        description="Most calls per second, of all processes together. Immich itself has no limit.",
    )
    api_key_env: Annotated[VariableName, NOT_IN_ROWS] = Field(
        default="IMMICH_API_KEY",
        description="Name of an environment variable that holds the API key. Without it, the key "
        "of `photosync auth immich` is used.",
    )
    root_map: dict[str, LocalPath] = Field(
        default_factory=dict,
        description="Where the server's folders are on this machine: path on the server -> path "
        "here. The longest match applies; originals below it are read from here. Example: "
        '{"/usr/src/app/external": "/mnt/nas/photos"}.',
    )

    @property
    def signs_in(self) -> bool:
        """Whether the key of `photosync auth immich` is used: the environment holds none."""
        return not os.environ.get(self.api_key_env, "").strip()
