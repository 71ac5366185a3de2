"""The rate limit: an average rate with a small burst, and the waiting time once it is exceeded."""

import math

from photo_assets.sample.notion.errors import NotionError


class RateLimit:
    """Accepts `burst` requests at once and `per_second` on average, and rejects the rest."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._interval = 1 / per_second
        self._burst = burst
        self._due = 0.0

    def take(self, now: float) -> None:
        """Count a request at `now` (monotonic seconds), or raise the error 429."""
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
