"""What a run and its workers tell each other: the limits, the jobs, the fields of answers."""

from dataclasses import dataclass
from typing import Any

from photo_assets.identity.fingerprints.parts import PICTURE_RECIPE
from photo_assets.identity.fingerprints.reasons import Reason

Fields = dict[str, Any]
"""Some fields of `store.fingerprint_record.Fingerprint`; digests in hex while they travel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The limits a worker puts on itself, and its means."""

    max_pixels: int
    max_seconds: float
    max_memory_bytes: int
    exiftool: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One content. `path` None: the bytes follow in pieces."""

    path: str | None
    name: str
    kind: str
    parts: tuple[str, ...]


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
        "picture_reason": str(reason),
        "picture_detail": detail,
        "picture_recipe": PICTURE_RECIPE,
    }
