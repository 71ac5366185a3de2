"""Levels of visibility: what the words of a service stand for, and comparing levels. Pure.

Reading a service's answers belongs to its catalog; who may raise a level to `permits`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import Visibility

LEVELS: Final = tuple(level for level in Visibility if level is not Visibility.UNKNOWN)
"""The known levels, from least to most visible."""

NOT_STATED: Final = "not stated"
"""In place of a word that a service should have stated and did not."""

_LONGEST = 100  # characters of what a service stated


def level_of(word: str | None) -> Visibility:
    """Return a stored level; `UNKNOWN` for none, and for one of another version."""
    return Visibility(word) if word in LEVELS else Visibility.UNKNOWN


def exposure(level: Visibility) -> int:
    """Return the rank of a level in an audit, where what is unknown counts as most visible."""
    return len(LEVELS) if level is Visibility.UNKNOWN else LEVELS.index(level)


def most_restrictive(levels: Iterable[Visibility]) -> Visibility | None:
    """Return the level at which a photo may be shown: unknown if any is, None of no levels."""
    return min(levels, key=tuple(Visibility).index, default=None)


@dataclass(frozen=True, slots=True)
class StatedVisibility:
    """What a service states about one item: the level, and the words it was taken from."""

    level: Visibility
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceVisibility:
    """What a service can say of who sees an item: each word with the level that it stands for.

    A word is the service's own where it has one. `always_states`: an item without a level is
    unknown; of another service, it is visible to nobody there, and states nothing. `note` is for
    people: what else restricts or opens an item there.
    """

    levels: Mapping[str, Visibility] = field(default_factory=dict)
    always_states: bool = False
    note: str = ""

    def stated(self, *words: object) -> StatedVisibility:
        """Return the statement of words that all apply: the least visible one decides.

        A word that is not in the table, or None, may restrict further or not: the level is unknown
        unless another word is as restrictive as PRIVATE.
        """
        texts = [NOT_STATED if word is None else str(word) for word in dict.fromkeys(words)]
        levels = [self.levels.get(text, Visibility.UNKNOWN) for text in texts]
        least = min(levels_known(levels), key=exposure, default=Visibility.UNKNOWN)
        if Visibility.UNKNOWN in levels and exposure(least) > exposure(Visibility.PRIVATE):
            least = Visibility.UNKNOWN
        return StatedVisibility(least, clean_text(", ".join(texts))[:_LONGEST])

    def word_of(self, level: Visibility) -> str:
        """Return a word for a level: of an item whose row has no words of the service."""
        return next((word for word, found in self.levels.items() if found is level), level.value)

    def highest_within(self, limit: Visibility) -> Visibility | None:
        """Return the most visible level at the service that is not above `limit`, if any."""
        within = [one for one in self.levels.values() if exposure(one) <= exposure(limit)]
        return max(within, key=exposure, default=None)


STATES_NONE: Final = ServiceVisibility()
"""A service that says nothing of who sees an item."""


def levels_known(levels: Iterable[Visibility]) -> list[Visibility]:
    """Return the levels that are not unknown."""
    return [level for level in levels if level is not Visibility.UNKNOWN]


def most_open(statements: Iterable[StatedVisibility]) -> StatedVisibility | None:
    """Return the statement that decides where each alone shows the item: the most visible one.

    An unknown one decides unless another is PUBLIC.
    """
    found = list(statements)
    public = [one for one in found if one.level is Visibility.PUBLIC]
    return max(public or found, key=lambda one: exposure(one.level), default=None)
