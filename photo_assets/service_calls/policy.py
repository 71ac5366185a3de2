"""The numbers for calling a service: rate, timeouts and retries, and values derived from them."""

import random
from dataclasses import dataclass
from typing import Final

HEADROOM: Final = 0.05
"""Slots are this much further apart than the rate requires, so that jitter does not exceed it."""

LATENESS: Final = 0.03
"""Share of the interval by which a call may miss its slot. The network needs the rest."""

SHORTEST_LATENESS_S: Final = 0.005
"""The precision of a busy scheduler. At 6 or more calls per second, two calls may therefore be
closer than the interval. Measured with four processes, it made no difference in windows of at least
0.1 s up to 20 calls per second; at 100 per second, with the row in PostgreSQL, such a window
contained up to 0.3 calls more than the rate allows."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits for calling one service.

    `requests_per_second` applies to all processes together. `timeout_s` is the longest wait for one
    reply, for the client libraries. If the service or the breaker require a wait longer than
    `longest_wait_s`, the call ends. A call is made at most `tries` times, with waits between them
    that double from `backoff_s[0]` to `backoff_s[1]` seconds. After `breaker_failures` consecutive
    failures, in any process, no calls are made for `breaker_open_s` seconds, and longer after each
    failed probe. `calls_limit` is the number of calls one `RateLimitedCaller` may make; 0:
    unlimited.

    Raises `ValueError` for invalid numbers.
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
        """The interval between slots, seconds."""
        return (1 + HEADROOM) / self.requests_per_second

    @property
    def lateness_s(self) -> float:
        """How long after its slot a call may still start, seconds."""
        return max(LATENESS / self.requests_per_second, SHORTEST_LATENESS_S)

    def backoff(self, tried: int, chance: random.Random) -> float:
        """Return the wait after `tried` tries, seconds: exponential, with its upper half random."""
        first, longest = self.backoff_s
        full = min(longest, first * 2.0 ** min(tried - 1, 60))
        return full * (0.5 + 0.5 * chance.random())
