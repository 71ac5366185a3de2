"""Settings of a folder of Google Takeout exports."""

from photo_assets.configuration.catalogs import LocalCatalogSettings


class TakeoutSettings(LocalCatalogSettings):
    """A folder with Google Takeout exports: takeout-*.zip or .tgz parts, or unpacked ones.

    Other products in an export and other files in the folder are ignored.
    """
