"""The reader of Lightroom Classic catalogs (.lrcat), versions 3 to 15.

What belongs here is what only Lightroom knows: its tables, its encodings, its clock. A catalog is
copied to scratch and read there; the user's file is never opened as a database.
"""

from photo_assets.catalogs.lightroom.spec import SPEC

__all__ = ["SPEC"]
