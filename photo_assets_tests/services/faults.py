"""Which fault meets which request: by a script, else by seeded chance.

What a fault does to the connection is in `faulty_app`; this module only chooses.
"""

import random
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What can befall a request. OK lets it pass: a place in a script where nothing happens."""

    OK = "ok"
    LIMITED_SECONDS = "429_seconds"  # Retry-After: 2
    LIMITED_DATE = "429_date"  # Retry-After: an HTTP date
    LIMITED_MISSING = "429_missing"  # no Retry-After
    LIMITED_TEXT = "429_text"  # Retry-After: 2, and a body that is no JSON
    CONFLICT = "409"
    INTERNAL = "500"
    BAD_GATEWAY_HTML = "502_html"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    OVERLOADED = "529"
    DROP_BEFORE = "drop_before"  # closed in order, nothing committed
    DROP_AFTER = "drop_after"  # committed, then closed without a reply
    RESET_BEFORE = "reset_before"  # as above, by TCP reset
    RESET_AFTER = "reset_after"
    TRUNCATED = "truncated"  # committed; half of the reply, then closed
    OK_HTML = "200_html"  # somebody else's page instead of a reply
    SLOW = "slow"  # committed; the headers at once, the body after `delay`


STATUS = {
    FaultKind.LIMITED_SECONDS: 429,
    FaultKind.LIMITED_DATE: 429,
    FaultKind.LIMITED_MISSING: 429,
    FaultKind.LIMITED_TEXT: 429,
    FaultKind.CONFLICT: 409,
    FaultKind.INTERNAL: 500,
    FaultKind.BAD_GATEWAY_HTML: 502,
    FaultKind.UNAVAILABLE: 503,
    FaultKind.GATEWAY_TIMEOUT: 504,
    FaultKind.OVERLOADED: 529,
    FaultKind.OK_HTML: 200,
}

#: Kinds that always leave the write done, and kinds that may: `Fault.committed` says which it was.
ALWAYS_COMMITTED = frozenset(
    {FaultKind.DROP_AFTER, FaultKind.RESET_AFTER, FaultKind.TRUNCATED, FaultKind.SLOW}
)
MAY_BE_COMMITTED = frozenset(
    {
        FaultKind.INTERNAL,
        FaultKind.BAD_GATEWAY_HTML,
        FaultKind.UNAVAILABLE,
        FaultKind.GATEWAY_TIMEOUT,
        FaultKind.OK_HTML,
    }
)
ALL_KINDS = tuple(kind for kind in FaultKind if kind is not FaultKind.OK)


@dataclass(frozen=True)
class Fault:
    """One fault to commit: `retry_after` and `delay` in seconds, where the kind has them."""

    kind: FaultKind
    committed: bool = False
    retry_after: float = 1.0
    delay: float = 1.0

    @property
    def commits(self) -> bool:
        """Whether the app gets to handle the request although the client is not told so."""
        return self.kind in ALWAYS_COMMITTED or (self.committed and self.kind in MAY_BE_COMMITTED)


@dataclass
class Step:
    """A line of a script: the fault for the next `times` requests that match (None: forever).

    `method` is equal or "" for any; `path` is a regular expression searched in the path.
    """

    fault: Fault
    method: str = ""
    path: str = ""
    times: int | None = 1

    def matches(self, method: str, path: str) -> bool:
        return self.times != 0 and self.method in ("", method) and bool(re.search(self.path, path))


@dataclass
class Chance:
    """A share (0..1) of all matching requests meets one of `kinds`, drawn with a seed."""

    share: float
    seed: int = 0
    kinds: tuple[FaultKind, ...] = ALL_KINDS
    method: str = ""
    path: str = ""
    retry_after: float = 1.0
    delay: float = 1.0
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def draw(self, method: str, path: str) -> Fault | None:
        if self.method not in ("", method) or not re.search(self.path, path):
            return None
        if self._random.random() >= self.share:
            return None
        kind = self._random.choice(self.kinds)
        committed = self._random.random() < 0.5
        return Fault(kind, committed, self.retry_after, self.delay)


class FaultPlan:
    """The script and the chance in force; may be changed while requests come in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._script: list[Step] = []
        self._chance: Chance | None = None

    def script(self, *steps: Step | Fault | FaultKind | str) -> None:
        """Add steps; the first one that matches a request and has turns left takes it."""
        with self._lock:
            self._script.extend(as_step(step) for step in steps)

    def chance(self, chance: Chance | None) -> None:
        with self._lock:
            self._chance = chance

    def clear(self) -> None:
        with self._lock:
            self._script, self._chance = [], None

    def next(self, method: str, path: str) -> Fault | None:
        """Return what shall befall this request, and strike it off the script."""
        with self._lock:
            for step in self._script:
                if step.matches(method, path):
                    if step.times is not None:
                        step.times -= 1
                    return None if step.fault.kind is FaultKind.OK else step.fault
            return self._chance.draw(method, path) if self._chance else None

    @property
    def pending(self) -> int:
        """How many turns of finite steps are left."""
        with self._lock:
            return sum(step.times or 0 for step in self._script)


def as_step(step: Step | Fault | FaultKind | str) -> Step:
    if isinstance(step, Step):
        return replace(step)  # the plan counts `times` down: on its own copy
    return Step(step if isinstance(step, Fault) else Fault(FaultKind(step)))


def step_from_json(value: str | Mapping[str, Any]) -> Step:
    """Read a step as `POST /__faults` gets it: "503", or {"kind": "503", "path": "pages", ...}."""
    if isinstance(value, str):
        return as_step(value)
    fault_keys = ("committed", "retry_after", "delay")
    fault = Fault(
        FaultKind(value["kind"]), **{key: value[key] for key in fault_keys if key in value}
    )
    rest = {key: value[key] for key in value if key not in (*fault_keys, "kind")}
    return Step(fault, **rest)


def chance_from_json(value: Mapping[str, Any]) -> Chance:
    kinds: Iterable[str] = value.get("kinds", ALL_KINDS)
    return Chance(**{**value, "kinds": tuple(FaultKind(kind) for kind in kinds)})
