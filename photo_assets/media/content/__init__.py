"""The bytes of a photo: of a file or an archive's entry, and what is known of those online.

Whoever needs content of this machine (fingerprints, the vault, readers) asks here. Contents at
online services are only described here; `catalogs.fetching` gets them. What a catalog lists is the
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
