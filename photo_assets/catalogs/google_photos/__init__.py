"""Google Photos: the items that a person picked there, by the Picker API.

A whole library cannot be read by an API; `google_takeout` reads its export.
"""

from photo_assets.catalogs.google_photos.spec import SPEC

__all__ = ["SPEC"]
