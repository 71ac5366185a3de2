"""The reader of Lightroom Classic catalogs (.lrcat), versions 3 to 15.

Only knowledge of Lightroom belongs here: its tables, encodings and clock. A catalog is copied to
the scratch folder and read there; the user's file is never opened as a database.
"""

from photo_assets.catalogs.lightroom.spec import SPEC

__all__ = ["SPEC"]
