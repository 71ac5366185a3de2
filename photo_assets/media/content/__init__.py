"""The bytes of a photo, wherever they are: a file, an archive's entry, or at an online service.

Whoever needs content (fingerprints, the vault, readers) asks here. What a catalog lists is the
catalogs' business; the archive formats are in `media.archives`.
"""

from photo_assets.media.content.reading import iterate_contents, open_content
from photo_assets.media.content.ref import ContentError, ContentRef
from photo_assets.media.content.remote import Absence, RemoteContent, RemoteContentError

__all__ = [
    "Absence",
    "ContentError",
    "ContentRef",
    "RemoteContent",
    "RemoteContentError",
    "iterate_contents",
    "open_content",
]
