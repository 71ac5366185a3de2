"""A tree of photo files as a catalog: NAS, SD card, icloudpd's or Immich's own folders."""

from photo_assets.catalogs.folders.spec import SPEC

__all__ = ["SPEC"]
