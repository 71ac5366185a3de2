"""The reader of Eagle libraries: folders of JSON documents beside their media files.

Only knowledge of Eagle's layout belongs here; EXIF and file names are handled in `media` and
`model`.
"""

from photo_assets.catalogs.eagle.spec import SPEC

__all__ = ["SPEC"]
