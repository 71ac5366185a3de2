"""The server's clock, which a test may advance, and Notion's time formats."""

import time
from datetime import UTC, datetime


class Clock:
    """The machine's time plus what `advance` added, in seconds since the epoch."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


def to_minute(when: float) -> str:
    """Format a time as in pages: truncated to the minute."""
    return datetime.fromtimestamp(when // 60 * 60, UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def to_millisecond(when: float) -> str:
    """Format a time as in databases."""
    return datetime.fromtimestamp(when, UTC).isoformat(timespec="milliseconds")


def minute_of(text: str) -> float:
    """Parse a time or date of a filter; without a zone it is UTC."""
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
