"""Settings of a Lightroom Classic catalog."""

from pydantic import Field

from photo_assets.configuration.catalogs import LocalCatalogSettings, LocalPath


class LightroomSettings(LocalCatalogSettings):
    """A Lightroom Classic catalog (.lrcat), versions 3 to 15."""

    root_map: dict[str, LocalPath] = Field(
        default_factory=dict,
        description="Where Lightroom's root folders are on this machine: path in Lightroom -> path "
        'here. The longest match applies. Example: {"D:/Photos/": "/mnt/photos"}.',
    )
