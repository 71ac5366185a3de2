"""Settings of an Eagle library."""

from photo_assets.configuration.catalogs import LocalCatalogSettings


class EagleSettings(LocalCatalogSettings):
    """An Eagle library folder (X.library)."""
