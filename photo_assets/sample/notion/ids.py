"""Ids like those of the service, the same for the same seed."""

import random
import string
import uuid
from urllib.parse import quote

from photo_assets.sample.notion.errors import NotionError


class Ids:
    """Creates UUIDs of objects, and short ids of properties and options."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def object(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def property(self) -> str:
        """Return four characters, percent-encoded for URLs, like those of the service."""
        characters = string.ascii_letters + ":;<>=?@[]^_`{|}~"
        return quote("".join(self._random.choices(characters, k=4)), safe="")


def object_id(text: str, place: str) -> str:
    """Return an id with dashes, given with or without; `place` is its position in the request."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        kind = "path" if place.startswith("path.") else "body"
        raise NotionError(
            400,
            f'{kind} failed validation: {place} should be a valid uuid, instead was `"{text}"`.',
        ) from None
