"""What something costs, told so that it does not depend on what else the machine does."""

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from photo_assets_tests.processes import PROCESSES


@contextmanager
def processor_seconds(most: float) -> Iterator[None]:
    """Fail when this process spends more than `most` seconds of processor time in the block.

    Waiting for a processor is not counted, so a busy machine changes little. It is a bound against
    work that grows with the square of its input; leave room.
    """
    began = time.process_time()
    yield
    spent = time.process_time() - began
    assert spent < most, f"{spent:.2f} s of processor time"


def in_bounds(
    kib: int,
    seconds: float,
    call: Callable[..., object],
    *arguments: Any,
    refusing: type[Exception] | None = None,
) -> None:
    """Fail when a call takes more memory or processor time than this, in a process of its own.

    What a process took at most never goes down again: in one that took more before, nothing would
    be seen. An error of the type `refusing`, with words, is an end like any other.
    """
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_measure, args=(theirs, call, arguments, refusing))
    process.start()
    theirs.close()
    try:
        spent, taken = ours.recv()
    except EOFError:
        process.join()
        raise AssertionError(f"it ended with {process.exitcode}") from None
    process.join()
    assert spent < seconds, f"{spent:.2f} s of processor time"
    assert taken < kib, f"{taken:,} KiB of memory"


def _measure(
    told: Connection,
    call: Callable[..., object],
    arguments: tuple[Any, ...],
    refusing: type[Exception] | None,
) -> None:
    ends: tuple[type[Exception], ...] = () if refusing is None else (refusing,)
    before, began = _most_kib(), time.process_time()
    try:
        call(*arguments)
    except ends as error:
        assert str(error)
    told.send((time.process_time() - began, _most_kib() - before))


def _most_kib() -> int:
    """Return the most memory this process had so far, KiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most
