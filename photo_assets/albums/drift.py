"""How far a name is from another one, as a number. What is done about it is decided elsewhere."""

import re
from collections.abc import Sequence
from typing import Final

from photo_assets.albums.spelling import normalized

_TOKEN: Final = re.compile(r"[^\s\-–—_.,:;!?()\[\]{}|/\\\"&@·•]+")


def drift(current: str | None, canonical: str) -> int:
    """Return 0 for equal names to 100 for names without a common word.

    The edit distance of the two in words, as a percentage of the longer one. Case, punctuation,
    white space and Unicode forms do not count.
    """
    one, other = _tokens(current or ""), _tokens(canonical)
    longest = max(len(one), len(other))
    return round(100 * _distance(one, other) / longest) if longest else 0


def _tokens(name: str) -> list[str]:
    return _TOKEN.findall(normalized(normalized(name).casefold()))


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words must be added, removed or replaced."""
    row = list(range(len(other) + 1))
    for number, word in enumerate(one, 1):
        before, row[0] = row[0], number
        for place, there in enumerate(other, 1):
            replaced = before + (word != there)
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, replaced)
    return row[-1]
