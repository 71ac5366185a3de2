"""Names as options of a multi-select: which names become options, and where the others go.

The options of a data source only grow, and their number is limited for all pages together.
Therefore an existing option stays, and remaining ones go to the most used names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from photo_assets.sinks.notion.limits import OPTION_UNITS, OPTIONS
from photo_assets.sinks.notion.text import clean_line, utf16_units

COMMA: Final = "\N{SINGLE LOW-9 QUOTATION MARK}"
"""Replaces a comma, which an option must not contain."""

OPTION_BYTES: Final = 80
"""The size of an option in the schema without its name: id, color and keys."""

_AVERAGE_BYTES: Final = 100  # of a whole option; long names leave room for fewer options
LEVEL: Final = " / "


@lru_cache(maxsize=16_384)
def option_name(name: str) -> str | None:
    """Return the option for `name`, None if there cannot be one."""
    found = clean_line(name).replace(",", COMMA)
    return found if found and utf16_units(found) <= OPTION_UNITS else None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The options of one property: the spelling of each name, by its case-folded form.

    Names that differ only in case share an option.
    """

    spelled: Mapping[str, str]

    def option(self, name: str) -> str | None:
        """Return the option for a name, None if it has none."""
        found = option_name(name)
        return None if found is None else self.spelled.get(found.casefold())


def choose(counts: Mapping[str, int], existing: Iterable[str], most: int) -> Vocabulary:
    """Return the vocabulary for names with these usage counts.

    `existing` are the existing options: they stay, because another one would only be added to them.
    `most` is the maximum number. The choice depends on the arguments only, and is the same if it is
    repeated with its own result as `existing`.
    """
    spelled: dict[str, str] = {}
    for old in sorted(set(existing)):
        spelled.setdefault(old.casefold(), old)
    uses: dict[str, int] = {}
    best: dict[str, tuple[int, str]] = {}
    for name, count in counts.items():
        option = option_name(name)
        if option is not None:
            folded = option.casefold()
            uses[folded] = uses.get(folded, 0) + count
            best[folded] = min(best.get(folded, (0, "\U0010ffff")), (-count, option))
    room = most - len(spelled)
    budget = most * _AVERAGE_BYTES - sum(map(_bytes, spelled.values()))
    for folded in sorted(uses.keys() - spelled.keys(), key=lambda one: (-uses[one], one)):
        chosen = best[folded][1]
        room, budget = room - 1, budget - _bytes(chosen)
        if room < 0 or budget < 0:
            break
        spelled[folded] = chosen
    return Vocabulary(spelled)


@dataclass(frozen=True, slots=True)
class AssignedNames:
    """The names of one photo: options, and the lines of the text property.

    `without_option` counts the names that are only in the text because they have no option.
    """

    options: tuple[str, ...]
    more: tuple[str, ...]
    without_option: int


def assign_names(paths: Iterable[Sequence[str]], vocabulary: Vocabulary) -> AssignedNames:
    """Assign each name (a path of levels): its last level becomes an option if possible.

    The text contains in full each name that differs from its option: a path with levels, a name
    with a comma or in another case, a name without an option. Every name is in at least one of
    them.
    """
    options: dict[str, None] = {}
    more: dict[str, None] = {}
    without = 0
    for path in paths:
        levels = _levels(path)
        if not levels:
            continue
        option = vocabulary.option(levels[-1])
        if option is not None and option not in options and len(options) == OPTIONS:
            option = None
        if option is None:
            without += 1
        else:
            options[option] = None
        if option is None or len(levels) > 1 or option != levels[0]:
            more[LEVEL.join(levels)] = None
    return AssignedNames(tuple(sorted(options)), tuple(sorted(more)), without)


def last_level(path: Iterable[str]) -> str | None:
    """Return the level of a name that may become an option, None if all are blank."""
    levels = _levels(path)
    return levels[-1] if levels else None


def _levels(path: Iterable[str]) -> list[str]:
    return [level for level in map(clean_line, path) if level]


def _bytes(option: str) -> int:
    return OPTION_BYTES + len(option.encode())
