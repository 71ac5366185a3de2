"""The rate limit: so many requests in a window that begins with the first one after the last."""

import math
import time
from dataclasses import dataclass

from photo_assets_tests.services.smugmug.settings import Settings


@dataclass
class Window:
    """The current window, and the headers that every reply carries."""

    settings: Settings
    _ends: float = 0.0
    _used: int = 0

    def take(self) -> tuple[bool, dict[str, str]]:
        """Count a request; return whether it is allowed, and the headers of its reply."""
        limit, now = self.settings.window_calls, time.time()
        if now >= self._ends:
            self._ends, self._used = now + self.settings.window_s, 0
        self._used += 1
        left = limit - self._used if limit else 5000
        headers = {
            "X-RateLimit-Remaining": str(max(0, left)),
            "X-RateLimit-Reset": str(math.ceil(self._ends)),
        }
        if left < 0:
            headers["Retry-After"] = str(max(1, math.ceil(self._ends - now)))
        return left >= 0, headers
