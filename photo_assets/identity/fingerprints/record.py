"""The record of one content's bytes, as stored in the cache: its parts and their recipes.

Computing it is not done here. Each part has the version of its recipe, 0 meaning "not tried". The
version is raised whenever the same bytes would give a different result; then only that part is
recomputed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from photo_assets.model.vocabulary import MediaKind

DIGEST_RECIPE = 1
EXIF_RECIPE = 3
PICTURE_RECIPE = 4
THUMBNAIL_RECIPE = 2
IMAGE_DATA_RECIPE = 2

_BYTES = frozenset({"sha256", "md5", "sha1", "image_data_sha256"})


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


PREVIEW_PARTS = frozenset({Part.DIGESTS, Part.PICTURE})
"""The parts of the preview of any row: only its hashes are used."""


def wanted_parts(kind: str) -> frozenset[Part]:
    """Return the parts of a row of this media kind."""
    return _WANTED[MediaKind(kind)]


@dataclass(frozen=True, slots=True)
class ContentKey:
    """The identity of a content: a file with its stat, or an archive entry with the archive's stat.

    `path` and `member` are bytes-safe text (`model.names`). `inode` None is unknown and matches
    any; the same applies to `ctime_ns` (`system.file_state`). For an entry, all four are the
    archive's.

    Records are found by all fields but the change time, which decides whether one is trusted.
    """

    path: str
    member: str | None
    file_size: int
    file_mtime_ns: int
    inode: int | None
    ctime_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Everything computed from one content. Columns: `model.tables.FINGERPRINT_FIELDS`."""

    content_size: int
    sha256: bytes
    md5: bytes
    sha1: bytes
    digest_recipe: int
    exif: str | None = None
    exif_recipe: int = 0
    phash: int | None = None
    dhash: int | None = None
    flat: bool | None = None
    indexed: bool | None = None  # colors come from a palette, which is not part of the image data
    decoder: str | None = None
    width: int | None = None
    height: int | None = None
    picture_reason: str | None = None  # why the picture could not be decoded
    picture_detail: str | None = None
    picture_conditions: str | None = None  # limits and libraries when it was tried
    picture_recipe: int = 0
    tiny_bytes: int | None = None  # size of each thumbnail; None: not drawn
    small_bytes: int | None = None
    medium_bytes: int | None = None
    thumbnail_recipe: int = 0
    image_data_sha256: bytes | None = None
    image_data_method: str | None = None
    image_data_tool: str | None = None  # the optional program when it was tried
    image_data_recipe: int = 0
    ctime_ns: int | None = None  # the file's change time when its digests were read
    rereads: int = 0  # number of rereads for its change time that found the same bytes

    def to_json(self) -> bytes:
        """Return the record as JSON; digests in hex."""
        return orjson.dumps(self, default=bytes.hex)

    @classmethod
    def from_json(cls, payload: bytes) -> "Fingerprint":
        """Return the record from its JSON. Raises ValueError or TypeError."""
        return cls(**decode_digests(orjson.loads(payload)))


def decode_digests(values: dict[str, Any]) -> dict[str, Any]:
    """Return fields of a `Fingerprint` with hexadecimal digests as bytes."""
    return {
        name: bytes.fromhex(value) if name in _BYTES and value is not None else value
        for name, value in values.items()
    }
