"""Fixtures every test may use."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from photo_assets_tests.collecting import pytest_collection
from photo_assets_tests.services.seaweedfs.fixtures import seaweedfs
from photo_assets_tests.services.supabase.fixtures import (
    supabase,
    supabase_programs,
    supabase_stack,
)
from photo_assets_tests.time_limit import pytest_timeout_set_timer

# How long an example takes, and how fast examples are drawn, is a matter of the machine.
settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts a job in the background
    # Blocked, as `photosync` does it: Dagster gives SIGTERM the disposition of SIGINT, and after its
    # first run no program that a test starts would end on SIGTERM.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, signal.default_int_handler)

__all__ = [
    "pytest_collection",
    "pytest_timeout_set_timer",
    "real_data",
    "seaweedfs",
    "supabase",
    "supabase_programs",
    "supabase_stack",
]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of catalogs written by other people's programs, if the machine has one.

    Set PHOTO_ASSETS_REAL_DATA to it. It is not part of the project.
    """
    folder = os.environ.get("PHOTO_ASSETS_REAL_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("PHOTO_ASSETS_REAL_DATA names no folder of real catalogs")
    return Path(folder)


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Let programs that the test starts end on SIGINT, also where the tests run in the background."""
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    yield
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
