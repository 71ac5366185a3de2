"""How fast, how long and how often a service is called: the numbers, and what follows from them."""

import random
from dataclasses import dataclass
from typing import Final

HEADROOM: Final = 0.05
"""Slots lie this much further apart than the limit asks, so that jitter does not break it."""

LATENESS: Final = 0.03
"""Share of the interval by which a call may miss its slot. The rest of the headroom is for the
way to the service."""

SHORTEST_LATENESS_S: Final = 0.005
"""No scheduler is more punctual when it is busy. From 6 calls a second on two calls may therefore
come closer than the interval. Measured with four processes, it made no difference in windows of
0.1 s and more up to 20 calls a second; at 100 a second, with the row in PostgreSQL, such a window
held up to 0.3 calls more than the rate allows."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How one service is treated.

    `requests_per_second` holds for all processes together. `timeout_s` is for the client
    libraries: the longest wait for one reply. A wait that the service or the breaker asks for and
    that is longer than `longest_wait_s` ends the call. A call is made `tries` times at most, with
    waits from `backoff_s[0]`, doubling, to `backoff_s[1]` seconds between them.
    `breaker_failures` in a row, of any process, stop everyone for `breaker_open_s` seconds, and
    longer each time that does not help. `calls_limit` is how many calls one `RateLimitedCaller` may
    make; 0: as many as it likes.

    Raises `ValueError` for numbers that make no sense.
    """

    requests_per_second: float
    timeout_s: float
    longest_wait_s: float
    tries: int = 6
    backoff_s: tuple[float, float] = (0.5, 30.0)
    breaker_failures: int = 8
    breaker_open_s: float = 30.0
    calls_limit: int = 0

    def __post_init__(self) -> None:
        if self.requests_per_second <= 0 or self.timeout_s <= 0 or self.longest_wait_s < 0:
            raise ValueError(
                f"rate and timeout must be positive, and waits must not be negative: {self}"
            )
        if self.tries < 1 or self.breaker_failures < 1 or self.calls_limit < 0:
            raise ValueError(
                f"tries and breaker_failures must be at least 1, and calls_limit at least 0: {self}"
            )

    @property
    def spacing_s(self) -> float:
        """How far slots lie apart, seconds."""
        return (1 + HEADROOM) / self.requests_per_second

    @property
    def lateness_s(self) -> float:
        """How long after its slot a call may still go out, seconds."""
        return max(LATENESS / self.requests_per_second, SHORTEST_LATENESS_S)

    def backoff(self, tried: int, chance: random.Random) -> float:
        """Return the wait after `tried` tries, seconds: exponential, its upper half by chance."""
        first, longest = self.backoff_s
        full = min(longest, first * 2.0 ** min(tried - 1, 60))
        return full * (0.5 + 0.5 * chance.random())
