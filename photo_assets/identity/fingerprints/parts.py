"""The parts of a fingerprint, which media kind wants which, and the version of each recipe.

A recipe's version rises whenever the same bytes would give another result; the cache then
recomputes that part alone.
"""

from enum import StrEnum

from photo_assets.model.vocabulary import MediaKind

DIGEST_RECIPE = 1
EXIF_RECIPE = 3
PICTURE_RECIPE = 3
THUMBNAIL_RECIPE = 1
IMAGE_DATA_RECIPE = 2

_AS_NOW = {2: "simplejpeg:"}
"""Decoders of older picture recipes that the present one has not changed; empty it with the next:
what libjpeg-turbo decoded without a warning needs no second decode. (Except for profiles that only
call themselves sRGB, which are too rare to decode every photo anew.)"""


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


def is_as_now(picture_recipe: int, decoder: str | None) -> bool:
    """Say whether what an older recipe gave by `decoder` is what the present one would give."""
    unchanged = _AS_NOW.get(picture_recipe)
    return unchanged is not None and (decoder or "").startswith(unchanged)


def wanted_parts(kind: str) -> frozenset[Part]:
    """Return the parts a row of this media kind has."""
    return _WANTED[MediaKind(kind)]
