"""The closed sets of words that rows use. Adding a word is a schema change; see `schema.py`."""

from enum import StrEnum


class Availability(StrEnum):
    """Where an item's file was when its catalog was last read."""

    ONLINE = "online"  # the file was seen
    OFFLINE = "offline"  # its volume was not there: says nothing about the file
    MISSING = "missing"  # its folder was there and the file, or the catalog's entry, was not
    TRASHED = "trashed"  # the catalog itself says the user put it in the trash


class MediaKind(StrEnum):
    """What kind of picture a file holds."""

    IMAGE = "image"
    RAW = "raw"
    VIDEO = "video"
    OTHER = "other"


class CaptureKind(StrEnum):
    """What a capture time means.

    The last two are guesses: used where nobody states a time, never against a statement.
    """

    WALL = "wall"  # the clock on the camera's display
    UTC = "utc"  # an instant in UTC; the wall clock is not known
    NAME = "name"  # a wall clock that the file's name suggests
    FILE = "file"  # an instant in UTC at which the file was written

    @property
    def is_guess(self) -> bool:
        """Whether nobody states it."""
        return self in {CaptureKind.NAME, CaptureKind.FILE}

    @property
    def is_instant(self) -> bool:
        """Whether it is a time in UTC, and no wall clock."""
        return self in {CaptureKind.UTC, CaptureKind.FILE}


class Precision(StrEnum):
    """The finest part of a capture time that was really stated."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"
    SUBSECOND = "subsecond"


class Visibility(StrEnum):
    """Who can see an item at its service, from least to most visible."""

    LOCKED = "locked"  # behind a lock of its own: Google's locked folder, hidden on an iPhone
    PRIVATE = "private"
    FRIENDS = "friends"
    UNLISTED = "unlisted"
    PUBLIC = "public"


class AlbumKind(StrEnum):
    """What a grouping is in its own catalog."""

    ALBUM = "album"  # Google album, Eagle folder, Flickr set: a hand-made list
    COLLECTION = "collection"  # Lightroom collection
    SMART = "smart"  # a rule; named, its members are not expanded
    PUBLISHED = "published"  # Lightroom published collection
    FOLDER = "folder"  # a directory on disk


class LinkKind(StrEnum):
    """How an item points at another item. Links are evidence; only identity decides.

    `target` is a native id of the same catalog for all kinds but PUBLISHED_AS (a remote service's
    id; `detail` names the service) and DOCUMENT_ID / IMPORT_HASH (an asserted id).
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
    IMPORT_HASH = "import_hash"  # Lightroom's time:name:size
    FIRST_ID = "first_id"  # the entry's own first native id (catalogs.discovery.first_ids)


class MonthBasis(StrEnum):
    """Which fact put an item into its month partition."""

    CAPTURE = "capture"
    ADDED = "added"
    FILE = "file"  # the file's modification time
    BEFORE_FIRST = "before_first"  # one of these, before the first month: kept in that one
    NONE = "none"  # nothing known: the first month
