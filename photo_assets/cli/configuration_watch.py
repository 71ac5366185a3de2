"""Detecting changes of photosync.yaml while servers are running.

The reaction to a change is in `serving`.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from photo_assets.configuration.loading import Configuration, find_configuration
from photo_assets.library import load_configuration
from photo_assets.model.errors import ConfigurationError


class Change(Enum):
    """The result of a check. `ELSEWHERE`: another file takes effect, or another `data_dir`."""

    NONE = auto()
    REFUSED = auto()
    CONTENT = auto()
    ELSEWHERE = auto()


@dataclass(frozen=True, slots=True)
class _Seen:
    file: Path | None
    digest: str


class ConfigurationWatch:
    """Compares the current configuration with the last accepted one.

    A change counts once two checks in a row gave the same result, because an editor may be writing.
    `refusal` is the reason the last change is invalid. Creating a watch makes the first check,
    which raises `ConfigurationError`.
    """

    def __init__(self) -> None:
        self.configuration: Configuration = load_configuration()
        self.refusal = ""
        self._accepted = self._last = _look()

    def look(self) -> Change:
        """Check once; a change is accepted or refused, and reported only once."""
        try:
            seen = _look()
        except (OSError, ConfigurationError):
            return Change.NONE  # the file is being replaced; the next check decides
        settled, self._last = seen == self._last, seen
        if not settled or seen == self._accepted:
            return Change.NONE
        self._accepted = seen
        try:
            found = load_configuration()
        except ConfigurationError as error:
            self.refusal = str(error)
            return Change.REFUSED
        before, self.configuration = self.configuration, found
        same_place = (before.file, before.data_dir) == (found.file, found.data_dir)
        return Change.CONTENT if same_place else Change.ELSEWHERE


def _look() -> _Seen:
    file = find_configuration()
    return _Seen(file, hashlib.sha256(file.read_bytes()).hexdigest() if file else "")
