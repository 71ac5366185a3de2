"""The parts of a fingerprint, the parts of each media kind, and the version of each recipe.

A recipe's version is raised whenever the same bytes would give a different result; then only that
part is recomputed.
"""

from enum import StrEnum

from photo_assets.model.vocabulary import MediaKind

DIGEST_RECIPE = 1
EXIF_RECIPE = 3
PICTURE_RECIPE = 4
THUMBNAIL_RECIPE = 2
IMAGE_DATA_RECIPE = 2


class Part(StrEnum):
    """One group of values, in the order of computation."""

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
    """Return the parts of a row of this media kind."""
    return _WANTED[MediaKind(kind)]
