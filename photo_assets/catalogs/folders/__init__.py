"""A tree of photo files as a catalog: NAS, SD card, folders of icloudpd or Immich."""

from photo_assets.catalogs.folders.spec import SPEC

__all__ = ["SPEC"]
