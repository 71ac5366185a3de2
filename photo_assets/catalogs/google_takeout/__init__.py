"""Reading Google Takeout exports of Google Photos, from their archives or unpacked.

Google's API has not listed a person's library since 2025-03-31, and never returned originals;
Takeout does. Archives are not unpacked to disk.
"""

from photo_assets.catalogs.google_takeout.spec import SPEC

__all__ = ["SPEC"]
