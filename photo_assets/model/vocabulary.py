"""The closed sets of values (enums) in rows. Adding a value is a schema change; see `schema.py`."""

from enum import StrEnum
from typing import Final

GONE: Final = "photo_assets:gone"
"""The change token of an item that its catalog no longer lists.

An entry that returns must be read, and not be taken as unchanged.
"""


class Availability(StrEnum):
    """Where an item's file was at the last scan of its catalog."""

    ONLINE = "online"  # the file was seen
    OFFLINE = "offline"  # its volume was not available; the file may still exist
    MISSING = (
        "missing"  # its folder was available, but the file or the catalog's entry was not there
    )
    TRASHED = "trashed"  # in the catalog's trash


class Quality(StrEnum):
    """Whether a catalog holds, or lets its owner have, a photo as it was put there."""

    ORIGINAL = "original"  # the bytes that were uploaded
    REDUCED = "reduced"  # only a smaller, re-encoded or stripped rendition


class MediaKind(StrEnum):
    """What kind of picture a file holds."""

    IMAGE = "image"
    RAW = "raw"
    VIDEO = "video"
    OTHER = "other"


class HashBasis(StrEnum):
    """What perceptual hashes were computed from."""

    FILE = "file"
    PREVIEW = "preview"  # a picture that a service made from the file, whose bytes are not known


class CaptureKind(StrEnum):
    """What a capture time means.

    The last two are guesses: used only where no source states a time.
    """

    WALL = "wall"  # the clock on the camera's display
    UTC = "utc"  # an instant in UTC; the wall clock is not known
    NAME = "name"  # a wall clock that the file's name suggests
    FILE = "file"  # an instant in UTC at which the file was written

    @property
    def is_guess(self) -> bool:
        """Whether the time is a guess."""
        return self in {CaptureKind.NAME, CaptureKind.FILE}

    @property
    def is_instant(self) -> bool:
        """Whether the time is in UTC rather than a wall clock."""
        return self in {CaptureKind.UTC, CaptureKind.FILE}


class Precision(StrEnum):
    """The finest stated part of a capture time."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"
    SUBSECOND = "subsecond"


class Visibility(StrEnum):
    """Who can see an item at its service, from least to most visible."""

    UNKNOWN = "unknown"  # its service says what this version does not know, so it is shown nowhere
    LOCKED = "locked"  # behind a separate lock: Google's locked folder, hidden on an iPhone
    PRIVATE = "private"
    FRIENDS = "friends"
    UNLISTED = "unlisted"
    PUBLIC = "public"


class AlbumKind(StrEnum):
    """The kind of a grouping in its catalog."""

    ALBUM = "album"  # Google album, Eagle folder, Flickr set: a hand-made list
    COLLECTION = "collection"  # Lightroom collection
    SMART = "smart"  # a rule; only its name is kept, its members are not
    PUBLISHED = "published"  # Lightroom published collection
    FOLDER = "folder"  # a directory on disk


class LinkKind(StrEnum):
    """How an item refers to another item. Links are evidence; only `identity` joins items.

    `target` is a native id of the same catalog for all kinds but PUBLISHED_AS (a remote service's
    id; `detail` names the service) and DOCUMENT_ID / IMPORT_HASH / TAGGED_SHA1 (an identifier that
    items share).
    """

    VIRTUAL_COPY_OF = "virtual_copy_of"  # Lightroom virtual copy -> its master
    RAW_JPEG_PAIR = "raw_jpeg_pair"  # JPEG -> the RAW shot with it
    LIVE_VIDEO_OF = "live_video_of"  # video part -> its still
    EDIT_OF = "edit_of"  # edited rendition -> its original
    DERIVED_FROM = "derived_from"  # converted or smaller rendition -> its source
    STACKED_UNDER = "stacked_under"  # stack member -> top of the stack
    DUPLICATE_OF = "duplicate_of"  # the catalog itself lists the same file twice
    PUBLISHED_AS = "published_as"  # the catalog published it as a remote id
    DOCUMENT_ID = "document_id"  # xmpMM:DocumentID / OriginalDocumentID
    IMPORT_HASH = "import_hash"  # Lightroom's importHash: time, name and size
    TAGGED_SHA1 = "tagged_sha1"  # a tag states the SHA-1 of the bytes, in hex: nobody computed it
    FIRST_ID = "first_id"  # the entry's own first native id (catalogs.discovery.first_ids)


class MonthBasis(StrEnum):
    """Which fact an item's month partition is taken from."""

    CAPTURE = "capture"
    ADDED = "added"
    FILE = "file"  # the file's modification time
    BEFORE_FIRST = "before_first"  # a time before the first month: kept in the first month
    NONE = "none"  # no time known: the first month
