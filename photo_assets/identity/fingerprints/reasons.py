"""The stable words for problems with a content, used in rows and checks."""

from enum import StrEnum

from photo_assets.media.content import RemoteContentError


class Reason(StrEnum):
    """The reasons, grouped by status."""

    # ok
    DAMAGED = "damaged"  # the picture is complete, the file is not
    # unavailable
    NO_PATH = "no_path"  # the catalog names no file
    OFFLINE = "offline"  # its volume was offline when the catalog was read
    MISSING = "missing"  # the catalog lists it, but the file was missing
    NOT_FOUND = "not_found"  # it existed when the catalog was read, but not now
    # unavailable at an online service, as in `media.content.Absence`
    IDENTIFIED = "identified"  # a checksum identifies it, so it was not downloaded
    NOT_ALLOWED = "fetch_not_allowed"  # its catalog's setting `fetch`
    NO_ORIGINAL = "no_original"  # the service gives no more than a rendition
    SERVICE_UNAVAILABLE = "service_unavailable"
    NO_SPACE = "no_space"  # of the disk, for the download
    NO_PREVIEW = "no_preview"  # the service has made none
    # failed
    PERMISSION_DENIED = "permission_denied"
    READ_ERROR = "read_error"  # an error of the disk, the network or the archive
    READ_TIMEOUT = "read_timeout"  # no byte arrived for max_seconds
    NOT_A_FILE = "not_a_file"  # a directory, a link, a device or a pipe
    CHANGED_WHILE_READING = "changed_while_reading"
    WORKER_DIED = "worker_died"  # twice, while reading
    REFUSED = "refused"  # by its service
    WRONG_BYTES = "wrong_bytes"  # what was downloaded is not the file
    TOO_LARGE_TO_FETCH = "too_large_to_fetch"
    # undecodable
    EMPTY = "empty"  # zero bytes
    UNKNOWN_FORMAT = "unknown_format"
    NO_HEADER = "no_header"  # of a video
    DECODE_ERROR = "decode_error"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_LARGE = "too_large"  # an archive entry larger than what is kept for decoding
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    DECODER_DIED = "decoder_died"  # twice: the library crashed
    NO_DECODER = "no_decoder"  # the required optional library is not installed


class UnreadableError(Exception):
    """The content could not be read."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def absent(error: RemoteContentError, *, preview: bool = False) -> UnreadableError:
    """Return why a content of an online service is not here; with `preview`, why its preview."""
    detail = f"No preview was downloaded: {error.detail}" if preview else error.detail
    return UnreadableError(Reason(error.absence.value), detail)


class UndecodableError(Exception):
    """The content was read but cannot be decoded."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
