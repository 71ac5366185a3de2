"""Running a generator function over many inputs on a few threads, with bounded memory between.

What threads yield waits in a short queue: when nobody takes it, they wait too.
"""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")
_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class _End:
    """A thread's last word."""

    error: BaseException | None


def in_parallel(
    work: Callable[[_Input], Iterator[_Output]], inputs: Sequence[_Input], threads: int
) -> Iterator[_Output]:
    """Yield what `work` yields for every input, in no fixed order. Raises what `work` raises.

    Threads end when the caller takes no more.
    """
    ahead = iter(inputs)
    taking = threading.Lock()
    ended = threading.Event()
    ready: queue.Queue[_Output | _End] = queue.Queue(maxsize=2)

    def put(value: _Output | _End) -> None:
        while not ended.is_set():
            try:
                ready.put(value, timeout=_POLL_S)
            except queue.Full:
                continue
            return

    def labour() -> None:
        error = None
        try:
            while not ended.is_set():
                with taking:
                    batch = list(islice(ahead, 1))
                if not batch:
                    break
                for output in work(batch[0]):
                    put(output)
                    if ended.is_set():
                        break
        except BaseException as caught:
            error = caught  # raised in the caller's thread
        put(_End(error))

    count = max(1, min(threads, len(inputs)))
    workers = [threading.Thread(target=labour, daemon=True) for _ in range(count)]
    for worker in workers:
        worker.start()
    try:
        while count:
            value = ready.get()
            if not isinstance(value, _End):
                yield value
            elif value.error is not None:
                raise value.error
            else:
                count -= 1
    finally:
        ended.set()
        for worker in workers:
            worker.join()
