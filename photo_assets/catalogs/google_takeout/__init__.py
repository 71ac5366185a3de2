"""Reading Google Takeout exports of Google Photos, from their archives or unpacked.

Google's own programming interface has not listed a person's library since 2025-03-31, and never
gave originals; Takeout does. Nothing here unpacks an archive to disk.
"""

from photo_assets.catalogs.google_takeout.spec import SPEC

__all__ = ["SPEC"]
