"""Reading the header with which a service says how long to leave it alone (RFC 9110, 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?", re.ASCII)
_LONGEST_SECONDS: Final = 2.0**31  # what RFC 9111 calls an overflow; 68 years are nobody's intent


def parse_retry_after(header: str | None, now: datetime) -> float | None:
    """Return how many seconds after `now` the service may be asked again, at least 0.

    The header holds seconds or a date; to a date belongs the service's own clock, so `now` should
    be the reply's Date where it has one. None when there is no header or it says nothing.
    """
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        seconds = float(text)
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)  # HTTP dates are in GMT, also where they omit it
        seconds = max(0.0, (moment - now).total_seconds())
    return seconds if seconds <= _LONGEST_SECONDS else None
