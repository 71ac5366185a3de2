"""What something costs, told so that it does not depend on what else the machine does."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


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
