"""The reader of SmugMug accounts, by the service's API v2.

Only knowledge of SmugMug belongs here; what all services share is in `catalogs.online`.
"""

from photo_assets.catalogs.smugmug.spec import SPEC

__all__ = ["SPEC"]
