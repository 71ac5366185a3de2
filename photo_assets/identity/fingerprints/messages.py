"""What a run and its workers tell each other: the limits, the jobs, the fields of answers."""

from dataclasses import dataclass
from typing import Any

from photo_assets.identity.fingerprints.parts import PICTURE_RECIPE, THUMBNAIL_RECIPE
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.thumbnails.tree import ThumbnailSize

Fields = dict[str, Any]
"""Some fields of `identity.fingerprints.record.Fingerprint`; digests in hex while they travel."""

THUMBNAIL_BYTES = tuple(f"{size}_bytes" for size in ThumbnailSize)
"""The fields that hold how large each thumbnail is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The limits a worker puts on itself, and its means."""

    max_pixels: int
    max_seconds: float
    max_memory_bytes: int
    exiftool: str | None
    thumbnails: str | None = None
    """The root of the tree to draw thumbnails into; None draws none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One content. `path` None: the bytes follow in pieces."""

    path: str | None
    name: str
    kind: str
    parts: tuple[str, ...]
    sha256: str | None = None
    """The digest, in hex, where it is known already and not among the parts."""
    shared: bool = False
    """Whether the worker, once it has said the digests, waits to be told which parts are left."""


def image_data_seconds(max_seconds: float, size: int) -> float:
    """Return how long exiftool may take for `size` bytes, which it reads all, seconds."""
    return max_seconds + size / 20e6


def no_picture(reason: Reason, detail: str) -> Fields:
    """Return the fields of a content that was tried and gives no picture."""
    return {
        "phash": None,
        "dhash": None,
        "flat": None,
        "indexed": None,
        "decoder": None,
        "width": None,
        "height": None,
        **dict.fromkeys(THUMBNAIL_BYTES),
        "thumbnail_recipe": THUMBNAIL_RECIPE,
        "picture_reason": str(reason),
        "picture_detail": detail,
        "picture_recipe": PICTURE_RECIPE,
    }
