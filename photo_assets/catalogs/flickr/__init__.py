"""The reader of Flickr accounts, by Flickr's API.

Only knowledge of Flickr belongs here; what all online catalogs share is in `catalogs.online`.
"""

from photo_assets.catalogs.flickr.spec import SPEC

__all__ = ["SPEC"]
