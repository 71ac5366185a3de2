"""Spreading work over a few threads; reading files leaves the interpreter's lock.

Not `concurrent.futures`, which takes as long to import as a small folder to read.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")


def on_threads(
    work: Callable[[_Input], _Output], inputs: Sequence[_Input], threads: int
) -> list[_Output]:
    """Return what `work` makes of each input, in their order. Raises the first error of a thread.

    The calling thread works too, so that an interruption is noticed.
    """
    found: dict[int, _Output] = {}
    errors: list[BaseException] = []
    waiting = iter(enumerate(inputs))
    taking = threading.Lock()

    def labour() -> None:
        while not errors:
            with taking:
                pair = next(waiting, None)
            if pair is None:
                return
            found[pair[0]] = work(pair[1])

    def helping() -> None:
        try:
            labour()
        except BaseException as error:  # raised in the calling thread
            errors.append(error)

    helpers = [
        threading.Thread(target=helping, daemon=True) for _ in range(min(threads, len(inputs)) - 1)
    ]
    for helper in helpers:
        helper.start()
    try:
        labour()
    except BaseException as error:
        errors.append(error)
        raise
    finally:
        for helper in helpers:
            helper.join()
    if errors:
        raise errors[0]
    return [found[n] for n in range(len(inputs))]
