"""The values of a run: its tasks and outcomes, and the messages to its workers."""

from dataclasses import dataclass, field
from typing import Any

from photo_assets.identity.fingerprints.parts import PICTURE_RECIPE, THUMBNAIL_RECIPE, Part
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.identity.fingerprints.record import ContentKey, Fingerprint
from photo_assets.media.content import ContentRef
from photo_assets.system.file_state import FileState
from photo_assets.thumbnails.tree import ThumbnailSize

Fields = dict[str, Any]
"""Some fields of `identity.fingerprints.record.Fingerprint`; digests are sent in hex."""

THUMBNAIL_BYTES = tuple(f"{size}_bytes" for size in ThumbnailSize)
"""The fields with the size of each thumbnail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The limits of a worker, and its programs and folders."""

    max_pixels: int
    max_seconds: float
    max_memory_bytes: int
    exiftool: str | None
    thumbnails: str | None = None
    """The root of the tree to draw thumbnails into; None draws none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One content. `path` None: the bytes are sent in pieces."""

    path: str | None
    name: str
    kind: str
    parts: tuple[str, ...]
    sha256: str | None = None
    """The digest, in hex, if it is already known and not among the parts."""
    shared: bool = False
    """Whether the worker, after sending the digests, waits for the list of remaining parts."""


def image_data_seconds(max_seconds: float, size: int) -> float:
    """Return the time limit of exiftool for `size` bytes, all of which it reads, seconds."""
    return max_seconds + size / 20e6


def no_picture(reason: Reason, detail: str) -> Fields:
    """Return the fields of a content that was tried and cannot be decoded."""
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


@dataclass(frozen=True, slots=True)
class Task:
    """One content and the parts of its fingerprint that are missing or out of date."""

    ref: ContentRef
    kind: str
    parts: frozenset[Part]
    key: ContentKey | None
    """The file's stat before reading; None if it could not be checked."""
    known: Fingerprint | None = None
    """The known record; parts that are not computed are taken from it."""
    doubted: bool = False
    """Whether `known` may be of other bytes: it is used only if the digests are equal."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nothing could be computed."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a task: a key and a fingerprint, or a failure."""

    task: Task
    key: ContentKey | None = None
    fingerprint: Fingerprint | None = None
    failure: Failure | None = None
    bytes_read: int = field(default=0, compare=False)


def key_of(ref: ContentRef, state: FileState) -> ContentKey:
    """Return the key of a content whose file, or archive, has this state."""
    return ContentKey(ref.path, ref.member, state.size, state.mtime_ns, state.inode, state.ctime_ns)
