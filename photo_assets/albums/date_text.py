"""The text of an album's days in a name: one day, a range, and the years where they are needed.

Which days an album has is decided in `capture_range`; removing a date from a name in
`stated_dates`.
"""

from dataclasses import dataclass
from datetime import date

from photo_assets.albums.languages import LANGUAGES, Language


@dataclass(frozen=True, slots=True, order=True)
class DateRange:
    """The first and the last day of an album, by the clock of the place."""

    first: date
    last: date


def date_text(days: DateRange, language: str, *, with_year: bool) -> str:
    """Return the days as text: "May 30", "May 30-31", "May 30 - Jun 2".

    Years are written if `with_year`, and where the two differ: "Dec 30, 2023 - Jan 2, 2024".
    """
    words = LANGUAGES[language]
    first, last = days.first, days.last
    if first.year != last.year:
        return f"{_with_year(_day(first, words), first.year, words)} - " + _with_year(
            _day(last, words), last.year, words
        )
    text = _within_year(first, last, words)
    return _with_year(text, first.year, words) if with_year else text


def _within_year(first: date, last: date, words: Language) -> str:
    if first == last:
        return _day(first, words)
    if first.month != last.month:
        return f"{_day(first, words)} - {_day(last, words)}"
    both = f"{words.day.format(d=first.day)}-{words.day.format(d=last.day)}"
    return words.date.format(day=both, month=words.months[first.month - 1])


def _day(one: date, words: Language) -> str:
    day = words.day.format(d=one.day)
    return words.date.format(day=day, month=words.months[one.month - 1])


def _with_year(text: str, year: int, words: Language) -> str:
    return words.year.format(date=text, y=year)
