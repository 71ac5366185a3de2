"""The runner's time limit for tests that Hypothesis runs again: it ends those as well.

pytest-timeout raises pytest's own failure in the test. Hypothesis takes that for a failing example
and runs it once more to make it smaller, with no limit left: a test without end then has none. So
the limit is raised here as what Hypothesis lets through. Beside it: how patient tests are.
"""

import signal
from collections.abc import Generator
from types import FrameType

import pytest

PATIENCE_S = 600.0
"""How long a test waits for what has to happen: on a busy machine too, and below the limit."""
NEVER_S = 3600.0
"""Longer than the runner lets a test take: one that waits for what takes so long fails."""


class TimeLimitError(BaseException):
    """The test ran past the runner's time limit. No `Exception`, or tested code may keep it."""


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer() -> Generator[None, object, object]:
    """Let the alarm that was just set raise `TimeLimitError` in place of pytest's failure."""
    is_set = yield
    fail = signal.getsignal(signal.SIGALRM)

    def end(number: int, frame: FrameType | None) -> None:
        assert callable(fail)
        try:
            fail(number, frame)
        except pytest.fail.Exception as failure:
            raise TimeLimitError(str(failure)) from None

    if callable(fail):  # not so for the method that needs no signals
        signal.signal(signal.SIGALRM, end)
    return is_set
