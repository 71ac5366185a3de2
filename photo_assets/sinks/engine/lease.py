"""Hold a sink while this process writes it: heartbeats, and release on failure."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from photo_assets.ledger import SinkStates
from photo_assets.model.errors import StorageError

_LOG = logging.getLogger(__name__)
_ALIVE_S = 15.0


@contextmanager
def holding(states: SinkStates, sink: str, lost: Callable[[], None]) -> Iterator[None]:
    """Record in the ledger, at intervals, that this process still writes.

    `lost` is called in a separate thread when another process has taken the sink. If the block
    raises, the sink is released; otherwise the caller releases it.
    """
    over = threading.Event()

    def beat() -> None:
        while not over.wait(_ALIVE_S):
            try:
                held = states.alive(sink)
            except StorageError as error:  # the next intent fails too if the problem persists
                _LOG.warning("cannot record that %s is still being written: %s", sink, error)
                continue
            if not held:
                lost()
                return

    thread = threading.Thread(target=beat, name="alive", daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        states.end(sink, finished=False)
        raise
    finally:
        over.set()
        thread.join()
