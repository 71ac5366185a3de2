"""Read the Retry-After header, with which a service requests a wait (RFC 9110, 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?", re.ASCII)
_LONGEST_SECONDS: Final = 2.0**31  # an overflow according to RFC 9111; no service intends 68 years


def parse_retry_after(header: str | None, now: datetime) -> float | None:
    """Return how many seconds after `now` the service may be called again, at least 0.

    The header contains seconds or a date. A date refers to the service's clock, so `now` should be
    the reply's Date if it has one. None without a valid header.
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
