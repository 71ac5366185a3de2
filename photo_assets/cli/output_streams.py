"""Separating progress from Dagster's output on standard error while runs are in this process.

Dagster prints every event there, and copies the output of a step into the run's log through a file
and a `tail`, which would put progress bars into logs. Both use descriptor 2, so progress gets its
own descriptor.
"""

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from photo_assets.cli.program import as_called
from photo_assets.cli.terminal import shown


@contextlib.contextmanager
def own_stream(*, quiet: bool) -> Iterator[TextIO]:
    """Yield a stream to the destination of standard error; with `quiet`, suppress all other output.

    Warnings of this program are still printed, one line each. Not for use in threads.
    """
    sys.stderr.flush()
    with (
        os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace") as stream,
        _warnings(stream),
        _silence() if quiet else contextlib.nullcontext(),
    ):
        yield stream


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return as_called(f"{record.levelname.lower()}: {shown(record.getMessage())}")


@contextlib.contextmanager
def _warnings(stream: TextIO) -> Iterator[None]:
    logger = logging.getLogger("photo_assets")
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_OneLine())
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
