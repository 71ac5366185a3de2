"""Which names the settings leave out: shell patterns, asked for every name of a tree.

A walk without changes spends its time on a few instructions a name, so most names are let through
by their first character and their ending, and only the others meet the patterns.
"""

import fnmatch
import re
from collections.abc import Sequence

_WILD = frozenset("*?[")


class Exclusion:
    """The patterns of one catalog."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._pattern = re.compile("|".join(map(fnmatch.translate, patterns))) if patterns else None
        endings = {pattern[1:] for pattern in patterns if _is_ending(pattern)}
        others = [pattern for pattern in patterns if not _is_ending(pattern)]
        self.endings: frozenset[str] = frozenset(endings)
        """Endings from the last dot on that a pattern names."""
        self.firsts: frozenset[str] | None = (
            frozenset(pattern[0] for pattern in others)
            if all(pattern and pattern[0] not in _WILD for pattern in others)
            else None
        )
        """The first characters other excluded names have; None: any."""

    def covers(self, name: str) -> bool:
        """Say whether `name` is left out."""
        return self._pattern is not None and self._pattern.match(name) is not None


def _is_ending(pattern: str) -> bool:
    rest = pattern[2:]
    return pattern.startswith("*.") and bool(rest) and not _WILD & set(rest) and "." not in rest
