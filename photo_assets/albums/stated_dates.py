"""The dates that a name already contains: what they say, and the name without them.

Read: "2024-05-30" (also "20240530", "2024-05"), "30.05.2024", "May 30, 2024", "30 May 2024", "May
2024", "2024年5月30日", and ranges of these. A year alone is not taken for a date: it may be part of
what an event is called.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from photo_assets.albums.date_text import DateRange
from photo_assets.albums.languages import LANGUAGES

_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL: Final = r"(?:st|nd|rd|th|er|º|\.)?"
_YEAR: Final = r"(?:19|20)\d\d"
_TO: Final = r"\s*(?:-|–|—|~|/|&|\b(?:to|until|through|bis|au|al|до|по)\b)\s*"
_MARK: Final = "\ue000"  # in place of a removed date; of the private area, so in no name
_BETWEEN: Final = r"\s*[-–—_,:;|/·•@]*\s*"
_TOLERANCE: Final = timedelta(days=2)  # a trip's name may count the days of travel


@dataclass(frozen=True, slots=True)
class StatedDate:
    """One date in a name. `readings`: (month, day or None); several if it is ambiguous."""

    year: int | None
    readings: tuple[tuple[int, int | None], ...]

    def days(self, years: Collection[int]) -> Iterator[DateRange]:
        """Yield the days it may mean; in these `years` if it has none of its own."""
        for year in years if self.year is None else (self.year,):
            for month, day in self.readings:
                try:
                    first = date(year, month, day or 1)
                except ValueError:
                    continue
                following = date(year + month // 12, month % 12 + 1, 1)
                yield DateRange(first, first if day else following - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class WithoutDates:
    """A name without its dates, and these."""

    text: str
    dates: tuple[StatedDate, ...]

    @property
    def has_year(self) -> bool:
        """Whether one of the dates has a year."""
        return any(one.year is not None for one in self.dates)

    def agrees_with(self, days: DateRange) -> bool:
        """Return whether the dates may be those of these days: the two overlap, nearly."""
        if not self.dates:
            return True
        years = {days.first.year, days.last.year}
        found = [span for one in self.dates for span in one.days(years)]
        earliest, latest = days.first - _TOLERANCE, days.last + _TOLERANCE
        if len(self.dates) > 1 and found:  # the ends of a range
            found.append(DateRange(min(found).first, max(one.last for one in found)))
        return any(one.first <= latest and one.last >= earliest for one in found)


def without_dates(name: str, language: str) -> WithoutDates:
    """Return a normalized name without the dates in it, in English or in `language`."""
    dates: list[StatedDate] = []
    text = name
    while True:
        marked = _marked(text, language, dates)
        left = _closed(marked)
        if left == text:
            return WithoutDates(text, tuple(dates))
        text = left


def _marked(text: str, language: str, dates: list[StatedDate]) -> str:
    for pattern in _patterns(language):

        def mark(found: re.Match[str]) -> str:
            stated = [*_stated(found, language)]
            dates.extend(stated)
            return _MARK if stated else found[0]

        text = pattern.sub(mark, text)
    return text


def _closed(text: str) -> str:
    """Return the text without marks, and without what only set a date apart from the words."""
    text = re.sub(rf"{_MARK}(?:{_TO}{_MARK})+", _MARK, text)
    text = re.sub(rf"[(\[{{]\s*{_MARK}\s*[)\]}}]", _MARK, text)
    text = re.sub(rf"(?P<before>{_BETWEEN}){_MARK}(?P<after>{_BETWEEN})", _joint, text)
    return text.strip(" -–—_,:;|/·•@")


def _joint(found: re.Match[str]) -> str:
    both = found["before"].strip() and found["after"].strip()
    return " - " if both else " "


def _stated(found: re.Match[str], language: str) -> Iterator[StatedDate]:
    """Yield the dates of one match; none if no calendar has them."""
    parts = found.groupdict()
    year = int(parts["y"]) if parts.get("y") else None
    if year is not None and year < 100:
        year += 2000 if year < 70 else 1900
    if parts.get("a"):
        one, other = int(parts["a"]), int(parts["b"])
        readings = tuple((m, d) for m, d in {(one, other): 0, (other, one): 0} if 0 < m < 13)
        if any(d < 32 for _, d in readings):
            yield StatedDate(year, readings)
        return
    month = _months(language).get((parts.get("m") or "").rstrip(".").casefold())
    month = month or int(parts.get("n") or 0)
    days = [int(parts[name]) for name in ("d", "e") if parts.get(name)]
    if 0 < month < 13:
        yield from (StatedDate(year, ((month, day),)) for day in days)
        if not days:
            yield StatedDate(year, ((month, None),))


@lru_cache
def _months(language: str) -> dict[str, int]:
    """Return the month of each word: every form in the two languages, long forms in the others.

    In all languages, short forms are too often other words ("Set 3", "Mar 5").
    """
    found: dict[str, int] = {}
    for words in LANGUAGES.values():
        long = {w: n for n, w in enumerate(words.long, 1) if len(w) > 4 or not w.isascii()}
        found |= {word.casefold(): number for word, number in long.items()}
    for words in (LANGUAGES[language], LANGUAGES["en"]):
        for forms in (words.long, words.months):
            named = {w: n for n, w in enumerate(forms, 1) if not w.isdecimal()}
            found |= {word.rstrip(".").casefold(): number for word, number in named.items()}
    return {**found, "sept": 9}


@lru_cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    words = sorted(map(re.escape, _months(language)), key=len, reverse=True)
    month = rf"(?P<m>(?:{'|'.join(words)})\b\.?)"
    day, last = rf"(?P<d>{_DAY}){_ORDINAL}", rf"(?P<e>{_DAY}){_ORDINAL}"
    year = rf"(?:,?\s*(?:de\s+|of\s+|')?(?P<y>{_YEAR})\b(?:\s*[гр]\.)?)"
    found = (
        rf"(?<!\d)(?P<y>{_YEAR})(?P<s>[-._/]?)(?P<n>0[1-9]|1[0-2])(?P=s)"
        r"(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
        rf"(?<!\d)(?P<y>{_YEAR})-(?P<n>0[1-9]|1[0-2])(?![-\d])",
        rf"(?<![\d.])(?:\d\d?[./]\d\d?\.?\s*[-–]\s*)?(?P<a>\d\d?)(?P<s>[./-])(?P<b>\d\d?)(?P=s)(?P<y>{_YEAR}|\d\d)(?![\d.])",
        rf"(?:(?P<y>{_YEAR})\s*[年년]\s*)?(?<!\d)(?P<n>\d\d?)\s*[月월]\s*(?P<d>{_DAY})\s*[日일]"
        rf"(?:{_TO}(?P<e>{_DAY})\s*[日일])?",
        rf"(?P<y>{_YEAR})\s*[年년]\s*(?P<n>\d\d?)\s*[月월]",
        rf"(?<!\w){month}\s*{day}(?!\w)(?:{_TO}{last}(?!\w))?{year}?",
        rf"(?<!\w)(?:{day}{_TO})?{last}\s*(?:de\s+|of\s+)?{month}(?!\w){year}?",
        rf"(?<!\w){month}{year}",
    )
    return tuple(re.compile(one, re.IGNORECASE) for one in found)
