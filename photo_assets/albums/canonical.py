"""The canonical name of an album: its event and its days, in the form of the template.

Pure: what is known of the album comes as arguments. `canonical_name` of a canonical name is that
name.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from photo_assets.albums.date_text import DateRange, date_text
from photo_assets.albums.spelling import repaired, without_last_words
from photo_assets.albums.stated_dates import without_dates

_FIELDS: Final = re.compile(r"\{(event|date)\}")
_EDGES: Final = " -–—_,:;|/·•@"
_PLACEHOLDER: Final = re.compile(
    r"(?:(?:untitled|unnamed|new)(?: (?:album|gallery|folder))?|album|gallery|dcim|\d{3}[A-Z_]{5})"
    r"(?: ?\(?\d+\)?)?",
    re.IGNORECASE,
)
"""Names that a program gave, and that therefore name no event."""


class Basis(StrEnum):
    """Where the canonical name of an album comes from, or why it has none."""

    TEMPLATE = "template"
    CHOSEN = "chosen"  # a person chose it
    NO_TIME = "no_time"  # too few of its photos have a capture time that can be trusted
    OTHER_DATE = "other_date"  # its name has a date on which its photos were not taken
    AMBIGUOUS = "ambiguous"  # its words and the days together would read as other days


@dataclass(frozen=True, slots=True)
class NameForm:
    """The form of names. `length`: most characters. `template` has `{event}` and `{date}`."""

    template: str = "{event} - {date}"
    language: str = "en"
    length: int = 100
    years: bool = False


@dataclass(frozen=True, slots=True)
class CanonicalName:
    """The name, None if nothing is proposed."""

    name: str | None
    basis: Basis


def canonical_name(
    current: str | None, days: DateRange | None, form: NameForm, chosen: str | None = None
) -> CanonicalName:
    """Return the canonical name of an album that is called `current` now.

    `days`: when its photos were taken, None if that is not known. `chosen`: the name that a person
    chose, which always counts.
    """
    if chosen is not None:
        return CanonicalName(chosen, Basis.CHOSEN)
    if days is None:
        return CanonicalName(None, Basis.NO_TIME)
    found = _in_form(current or "", days, form)
    if found is None:
        return CanonicalName(None, Basis.OTHER_DATE)
    if _in_form(found, days, form) != found:
        return CanonicalName(None, Basis.AMBIGUOUS)
    return CanonicalName(found, Basis.TEMPLATE)


def _in_form(name: str, days: DateRange, form: NameForm) -> str | None:
    """Return the event of a name with the days; None if the name has a date of other days."""
    stated = without_dates(repaired(name), form.language)
    if not stated.agrees_with(days):
        return None
    event = "" if _PLACEHOLDER.fullmatch(stated.text) else stated.text
    dated = date_text(days, form.language, with_year=form.years or stated.has_year or not event)
    around = len(_filled(form.template, "", dated))
    event = without_last_words(event, max(1, form.length - around)).strip(_EDGES)
    if not event:
        return date_text(days, form.language, with_year=True)
    return repaired(_filled(form.template, event, dated))


def _filled(template: str, event: str, dated: str) -> str:
    values = {"event": event, "date": dated}
    return _FIELDS.sub(lambda field: values[field[1]], template)
