"""Noticing that photosync.yaml changed while servers run that were started with another one.

What is done about it is decided in `serving`.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from photo_assets.configuration.loading import Configuration, find_configuration
from photo_assets.library import load_configuration
from photo_assets.model.errors import ConfigurationError


class Change(Enum):
    """What a look found. `ELSEWHERE`: another file is in force, or another `data_dir`."""

    NONE = auto()
    REFUSED = auto()
    CONTENT = auto()
    ELSEWHERE = auto()


@dataclass(frozen=True, slots=True)
class _Seen:
    file: Path | None
    digest: str


class ConfigurationWatch:
    """Compares the configuration in force with the one that was last accepted.

    A change counts once two looks in a row saw the same: an editor may be writing. `refusal` says
    why the last change cannot be used. The first look, at its making, raises `ConfigurationError`.
    """

    def __init__(self) -> None:
        self.configuration: Configuration = load_configuration()
        self.refusal = ""
        self._accepted = self._last = _look()

    def look(self) -> Change:
        """Look once; what was found changed is accepted by this, or refused, and told once."""
        try:
            seen = _look()
        except (OSError, ConfigurationError):
            return Change.NONE  # between two names of one file; the next look tells
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
