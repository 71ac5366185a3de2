"""A clock advanced by sleeping, a service that follows a script, and a caller between them."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from photo_assets.ledger import Ledger, open_ledger
from photo_assets.service_calls import Fault, FaultKind, Policy, RateLimitedCaller

START = 1_700_000_000.0
TRANSIENT = Fault(FaultKind.TRANSIENT, "not now", 409)
PERMANENT = Fault(FaultKind.PERMANENT, "no such page", 404)
AMBIGUOUS = Fault(FaultKind.AMBIGUOUS, "gateway", 502)


def limited(seconds: float | None) -> Fault:
    return Fault(FaultKind.TRANSIENT, "slower", 429, retry_after_s=seconds, limited=True)


class Clock:
    """A clock that only sleeping advances, optionally a little late each time."""

    def __init__(self, late: Callable[[], float] = lambda: 0.0) -> None:
        self.now = START
        self.late = late

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds + self.late()


class ServiceSaysError(Exception):
    """The client library's error, which contains a fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def classify(error: Exception) -> Fault:
    assert isinstance(error, ServiceSaysError)
    return error.fault


class Service:
    """Raises the script's faults, then succeeds; records the times of its calls."""

    def __init__(self, clock: Callable[[], float], *script: Fault | None) -> None:
        self.clock = clock
        self.script = list(script)
        self.called: list[float] = []

    def __call__(self) -> str:
        self.called.append(self.clock() - START)
        fault = self.script.pop(0) if self.script else None
        if fault is not None:
            raise ServiceSaysError(fault)
        return "done"


def policy(**changes: object) -> Policy:
    values = {"requests_per_second": 2.0, "timeout_s": 60.0, "longest_wait_s": 120.0, **changes}
    return Policy(**values)  # type: ignore[arg-type]


def sqlite_ledger(folder: Path) -> Ledger:
    return open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}")


def caller(
    ledger: Ledger, clock: Clock, p: Policy | None = None, secrets: Sequence[str] = ()
) -> RateLimitedCaller:
    return RateLimitedCaller(
        ledger,
        "notion",
        p or policy(),
        secrets=secrets,
        clock=clock,
        sleep=clock.sleep,
        chance=random.Random(1),
    )
