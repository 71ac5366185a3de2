"""The planted words, their spellings, and how to find them in the output."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from hypothesis import strategies as st

from photo_assets.model.disclosure.names import key_of

LATITUDE: Final = 47.376912
LONGITUDE: Final = 8.541734
COORDINATES: Final = (
    "47.376912, 8.541734",
    "47.37691 8.54173",
    "@47.3769,8.5417,17z",
    "47°22'36.9\"N 8°32'30.2\"E",
    "47° 22.615' N",
    "geo:lat=47.376912",
    "lon: 8.541734",
    "47,22.615N",
    "+47.3769+008.5417/",
    "8FVC9GFR+QM",
    "mlat=47.376912&mlon=8.541734",
    "Breite 47,376912 Länge 8,541734",
    "47.376912%2C%208.541734",
    "47 22 36.9 N 8 32 30.2 E",
    "32T 465432 5247321",
)
_PLACES: Final = ("47.37", "8.54", "47,22", "22.615", "22'36", "32'30", "9GFR", "22 36", "5247321")

PRIVATE: Final = ("Clientlist Omega", "Jobsheet Seventy", "Nestword", "Shyperson Word")
BELOW_A_ROOT: Final = "Rootperson Word"  # a name that nothing but its place says is one
BY_A_MODEL: Final = "robotic prose about clouds"
WORDS_OF: Final = {
    "locked": "Lockboxword Umbra",
    "trashed": "Binnedword Sigma",
    "archived": "Atticword Tau",
}
PUBLIC: Final = "harbourword"

_SPELLINGS = (
    str,
    str.upper,
    str.lower,
    lambda name: name.replace(" ", "_"),
    lambda name: name.replace(" ", ""),
    lambda name: ", ".join(reversed(name.split(" "))),
    lambda name: f"{name.replace(' ', '')}2019",
    quote,
)


@dataclass
class Canaries:
    """Names of people, and in which spelling each next text has them."""

    names: Sequence[str]
    first_spelling: int = 0
    first_place: int = 0
    _spellings: Iterator[int] = field(init=False)
    _places: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._spellings = itertools.count(self.first_spelling)
        turn = self.first_place % len(COORDINATES)
        self._places = itertools.cycle((*COORDINATES[turn:], *COORDINATES[:turn]))

    def name(self) -> str:
        """Return a name, spelled in a way of its own each time."""
        turn = next(self._spellings)
        spelled: str = _SPELLINGS[turn % len(_SPELLINGS)](self.names[turn % len(self.names)])
        return spelled

    def place(self) -> str:
        """Return the coordinates, written in a way of its own each time."""
        return next(self._places)

    def text(self) -> str:
        """Return a sentence with a person, a place, and harmless words."""
        return f"{PUBLIC} with {self.name()} at {self.place()}"


words = st.text("abcdefgklmnopqrstuvwz", min_size=5, max_size=9).map(str.capitalize)
canaries = st.builds(
    Canaries,
    names=st.lists(st.tuples(words, words).map(" ".join), min_size=2, max_size=3, unique=True),
    first_spelling=st.integers(0, 100),
    first_place=st.integers(0, 100),
)


def found(told: Iterable[str], planted: Canaries, *, people: bool, gps: bool) -> set[str]:
    """Return the planted words in the output that are not allowed there."""
    wanted = {word: word for word in (*PRIVATE, BY_A_MODEL)}
    states = ("locked", "trashed") if people and gps else ("locked", "trashed", "archived")
    wanted |= {state: WORDS_OF[state] for state in states}
    keys = {what: key_of(word) for what, word in wanted.items()}
    if not people:
        for name in (*planted.names, BELOW_A_ROOT):
            keys |= {name: key_of(name), f"{name}, reversed": key_of(_reversed(name))}
    leaked: set[str] = set()
    for text in told:
        key = key_of(unquote(text))
        leaked |= {what for what, word in keys.items() if word in key}
        if not gps:
            leaked |= {place for place in _PLACES if place in text}
    return leaked


def _reversed(name: str) -> str:
    return " ".join(reversed(name.split(" ")))
