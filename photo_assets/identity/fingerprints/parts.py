"""The parts of a fingerprint, which media kind wants which, and the version of each recipe.

A recipe's version rises whenever the same bytes would give another result; the cache then
recomputes that part alone.
"""

from enum import StrEnum

from photo_assets.model.vocabulary import MediaKind

DIGEST_RECIPE = 1
EXIF_RECIPE = 3
PICTURE_RECIPE = 4
THUMBNAIL_RECIPE = 2
IMAGE_DATA_RECIPE = 2


class Part(StrEnum):
    """One group of values, in the order they are worked out."""

    DIGESTS = "digests"
    EXIF = "exif"
    PICTURE = "picture"
    IMAGE_DATA = "image_data"


_WANTED = {
    MediaKind.IMAGE: frozenset(Part),
    MediaKind.RAW: frozenset(Part),
    MediaKind.VIDEO: frozenset({Part.DIGESTS, Part.EXIF, Part.IMAGE_DATA}),
    MediaKind.OTHER: frozenset({Part.DIGESTS}),
}


def wanted_parts(kind: str) -> frozenset[Part]:
    """Return the parts a row of this media kind has."""
    return _WANTED[MediaKind(kind)]
