"""The exclude patterns of the settings: shell patterns, checked for every name of a tree.

A walk without changes takes only a few instructions per name, so most names are accepted by their
first character and their extension, and only the others are matched with the patterns.
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
        """Extensions, dot included, that patterns exclude."""
        self.firsts: frozenset[str] | None = (
            frozenset(pattern[0] for pattern in others)
            if all(pattern and pattern[0] not in _WILD for pattern in others)
            else None
        )
        """The possible first characters of other excluded names; None: any."""

    def covers(self, name: str) -> bool:
        """Return whether `name` is excluded."""
        return self._pattern is not None and self._pattern.match(name) is not None


def _is_ending(pattern: str) -> bool:
    rest = pattern[2:]
    return pattern.startswith("*.") and bool(rest) and not _WILD & set(rest) and "." not in rest
