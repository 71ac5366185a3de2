"""Robust reading of one of Eagle's JSON documents: size limits, partial writes, invalid Unicode.

Eagle writes its documents in place, so a reader may find one partly written (rao-pics issue 62).
The meaning of the values is defined in `rows`.
"""

import json
import os
import stat
from collections.abc import Callable
from typing import Any, BinaryIO, TypeVar

from photo_assets.model.names import clean_text

ITEM_LIMIT = 16 * 2**20
LIBRARY_LIMIT = 256 * 2**20
_MAX_DEPTH = 200  # orjson writes at most 254 levels
_INT64 = 2**63

T = TypeVar("T")


class DocumentError(Exception):
    """A document that is not, or not yet, a complete JSON object. The message is a sentence."""


def open_regular(path: str) -> BinaryIO:
    """Open a regular file for reading; never follows a symbolic link, never blocks on a pipe.

    Raises `OSError` when it cannot be opened, `DocumentError` when it is not a regular file.
    """
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise DocumentError("Not a regular file.")
    return os.fdopen(fd, "rb")


def read_regular(path: str, limit: int) -> bytes:
    """Return the bytes of a regular file.

    Raises as `open_regular`, and `DocumentError` when it has more than `limit` bytes.
    """
    with open_regular(path) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise DocumentError(f"It is larger than {limit} bytes.")
    return content


def parse_object(content: bytes) -> tuple[dict[str, Any], str]:
    """Return the JSON object in `content`, every value storable, and its original text.

    Raises `DocumentError` for anything but one complete JSON object.
    """
    try:
        text = content.decode("utf-8-sig")
        value = _storable(json.loads(text), 0)
    except UnicodeDecodeError as error:
        raise DocumentError(f"It is not UTF-8 at byte {error.start}.") from None
    except RecursionError:
        raise DocumentError("It is nested too deeply.") from None
    except ValueError as error:
        raise DocumentError(f"It is not complete JSON ({error}).") from None
    if not isinstance(value, dict):
        raise DocumentError("It does not contain a JSON object.")
    return value, clean_text(text)


def retrying(read: Callable[[], T], pauses: tuple[float, ...], sleep: Callable[[float], None]) -> T:
    """Return `read()`, retried after each of `pauses` (seconds) for a partly written document."""
    for pause in pauses:
        try:
            return read()
        except DocumentError:
            sleep(pause)
    return read()


def _storable(value: Any, depth: int) -> Any:
    """Return `value` with text that every store accepts and numbers that fit 64 bits.

    A larger number becomes text; NaN and the infinities (which Python's parser accepts although
    JSON does not define them) become None.
    """
    if depth > _MAX_DEPTH:
        raise RecursionError
    match value:
        case str():
            return clean_text(value)
        case dict():
            return {clean_text(key): _storable(item, depth + 1) for key, item in value.items()}
        case list():
            return [_storable(item, depth + 1) for item in value]
        case bool() | None:
            return value
        case int():
            return value if -_INT64 <= value < _INT64 else str(value)
        case float():
            return value if abs(value) < float("inf") else None
    return value
