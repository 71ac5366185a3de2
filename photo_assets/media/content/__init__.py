"""The bytes of a photo, wherever they are: a file, or an entry of a zip or tar archive.

Whoever needs content (fingerprints, the vault, readers) asks here. What a catalog lists is the
catalogs' business; the archive formats are in `media.archives`.
"""

from photo_assets.media.content.reading import iterate_contents, open_content
from photo_assets.media.content.ref import ContentError, ContentRef

__all__ = ["ContentError", "ContentRef", "iterate_contents", "open_content"]
