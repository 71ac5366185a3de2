"""Collecting the tests: without the garbage collector, the modules compiled by one worker each.

Fixtures, and what runs in a test, do not belong here.
"""

import gc
import os
from collections.abc import Generator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect, and leave what is there then, as it stays, out of every later garbage collection."""
    gc.disable()
    of_all = [Path(name).resolve() for name in session.config.args] == [FOLDER]
    if of_all and "PYTEST_XDIST_WORKER" in os.environ:
        _import_a_part()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def _import_a_part() -> None:
    """Import first those test modules that no other worker imports first.

    Every worker imports all of them, and pytest rewrites the assertions of each that has changed,
    which takes half a minute in a fresh clone: in every worker, if they take the same order.
    """
    number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    workers = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for path in sorted(FOLDER.rglob("test_*.py"))[number::workers]:
        name = ".".join(path.relative_to(FOLDER.parent).with_suffix("").parts)
        with suppress(Exception, pytest.skip.Exception):  # what is wrong is told by the collection
            import_module(name)
