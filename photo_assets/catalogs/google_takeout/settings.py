"""Settings of a folder of Google Takeout exports."""

from photo_assets.configuration.catalogs import LocalCatalogSettings


class TakeoutSettings(LocalCatalogSettings):
    """A folder with Google Takeout exports: takeout-*.zip or .tgz parts, or unpacked ones.

    Of an export of a whole account only Google Photos counts, and of the folder only exports.
    """
