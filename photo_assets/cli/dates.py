"""Parsing dates of the command line. Dates of photos are parsed in `model.wall_time`."""

import re
from datetime import date, datetime

from photo_assets.model.errors import ExitCode, PhotoAssetsError

_LONGEST = 64
_ISO_LIKE = re.compile(r"\d{4}-\d{1,2}(-\d{1,2})?")
_HINT = 'Examples: 2024-01-01, 2024-01, yesterday, last-week, "3 days ago", "March 2023".'


class DateError(PhotoAssetsError):
    """A date on the command line that is not recognized or is in the future."""

    exit_code = ExitCode.USAGE


def parse_since(text: str, today: date) -> date:
    """Return the day that `text` names; "last-week" is the same as "last week".

    Raises `DateError` for a text that is not a date, or a date after `today`.
    """
    found = _parse(text.strip(), today)
    if found is None:
        raise DateError(f"--since {text!r} is not a recognized date.", hint=_HINT)
    if found > today:
        raise DateError(
            f"--since {text!r} means {found.isoformat()}, which is in the future.", hint=_HINT
        )
    return found


def _parse(text: str, today: date) -> date | None:
    if not text or len(text) > _LONGEST or not text.isprintable():
        return None
    if _ISO_LIKE.fullmatch(text):
        year, month, *day = (int(part) for part in text.split("-"))
        try:
            return date(year, month, day[0] if day else 1)
        except ValueError:
            return None
    return _natural(text.replace("-", " ").replace("_", " "), today)


def _natural(text: str, today: date) -> date | None:
    if not any(char.isalpha() for char in text):
        # "5", "12" or "10 11 12" would be guesses; a wrong guess omits months.
        return date(int(text), 1, 1) if re.fullmatch(r"(19|20)[0-9]{2}", text) else None
    if len(text) < 3:
        return None  # "a" is April in one language, "me" Wednesday in another
    import dateparser

    found = dateparser.parse(
        text,
        settings={
            "RELATIVE_BASE": datetime(today.year, today.month, today.day, 12),
            "PREFER_DATES_FROM": "past",
            "PREFER_DAY_OF_MONTH": "first",
            "PREFER_MONTH_OF_YEAR": "first",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    return found.date() if found is not None else None
