"""The rate limit: an average with a small burst, and how long to wait once it is exceeded."""

import math

from photo_assets.sample.notion.errors import NotionError


class RateLimit:
    """Lets `burst` requests through at once and `per_second` on average, refusing the rest."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._interval = 1 / per_second
        self._burst = burst
        self._due = 0.0

    def take(self, now: float) -> None:
        """Count a request at `now` (monotonic seconds), or raise the 429 that refuses it."""
        earliest = self._due - (self._burst - 1) * self._interval
        if now < earliest:
            wait = math.ceil(earliest - now)
            raise NotionError(
                429,
                "You have been rate limited. Please try again in a few minutes.",
                additional_data={
                    "rate_limit_reason": "public_api_request_rate_limit",
                    "retry_after": wait,
                },
                retry_after=wait,
            )
        self._due = max(self._due, now) + self._interval
