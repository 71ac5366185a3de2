"""The reader of an Immich server: one account, by its API key.

Only knowledge of Immich's API belongs here; what online catalogs share is in `catalogs.online`.
"""

from photo_assets.catalogs.immich.spec import SPEC

__all__ = ["SPEC"]
