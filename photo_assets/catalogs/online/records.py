"""A service's record as JSON text and back, whatever it contains.

JSON allows half of a surrogate pair in a text, which UTF-8 and Arrow do not: such a record must
reach the check that names it, and not end the scan.
"""

import json
from typing import Any

import orjson

from photo_assets.model.canonical import canonical


def encode(value: object) -> str:
    """Return the JSON text of a record; equal records have equal texts."""
    try:
        return canonical(value)
    except TypeError:
        return json.dumps(value, sort_keys=True)


def decode(text: str | bytes) -> Any:
    """Return what `encode` was given. Raises `ValueError` for anything else."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)
