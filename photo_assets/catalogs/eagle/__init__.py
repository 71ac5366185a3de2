"""The reader of Eagle libraries: folders of JSON documents beside their media files.

What belongs here is knowledge of Eagle's layout alone; EXIF and file names live in `store` and
`model`.
"""

from photo_assets.catalogs.eagle.spec import SPEC

__all__ = ["SPEC"]
