"""JSON files of derived data, preceded by a digest of their content.

A file that was cut off or changed by another program counts as missing. What a file contains is
decided by its caller.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from photo_assets.system.durable import require_directory, write_bytes

_DIGITS: Final = 64


def read_json(file: Path) -> dict[str, Any]:
    """Return the content of a file, or nothing if it cannot be read."""
    try:
        content = file.read_bytes()
        digest, body = content[:_DIGITS], content[_DIGITS:]
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return {}
        kept: dict[str, Any] = orjson.loads(body)
        return kept
    except (OSError, ValueError):
        return {}


def write_json(file: Path, kept: Mapping[str, Any]) -> None:
    """Store values that JSON can represent. Raises `StorageError`."""
    body = orjson.dumps(kept)
    require_directory(file.parent)
    write_bytes(file, hashlib.sha256(body).hexdigest().encode() + body)
