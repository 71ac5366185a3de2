"""One worker process from the run's side: starting, messaging, killing. Its code is in `worker`.

Started as a separate program, not forked: this works inside daemonic processes and beside threads,
and the child shares no libraries or locks in use with its parent.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
from dataclasses import asdict
from typing import IO

from photo_assets.identity.fingerprints import PROTOCOL, protocol_on_disk
from photo_assets.identity.fingerprints.channel import (
    Channel,
    ChannelClosedError,
    ChannelTimeoutError,
)
from photo_assets.identity.fingerprints.tasks import Setup
from photo_assets.model.errors import PhotoAssetsError, ProgramChangedError
from photo_assets.system.child_python import child_environment, module_command

_MODULE = "photo_assets.identity.fingerprints.worker"
_START_TIMEOUT_S = 120.0
_END_TIMEOUT_S = 5.0
_JOBS_PER_PROCESS = 2_000
"""After this many contents a worker is replaced: decoders leak memory."""


class WorkerProcess:
    """A started worker that has reported ready.

    Raises `PhotoAssetsError` if it cannot start, `ProgramChangedError` if it is of another version.
    """

    def __init__(self, setup: Setup) -> None:
        self.jobs = 0
        with tempfile.TemporaryFile() as complaints:
            self._process = subprocess.Popen(
                module_command(_MODULE),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=_environment(),
                start_new_session=True,  # Ctrl-C reaches the run only
            )
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self.channel = Channel(self._process.stdout.fileno(), self._process.stdin.fileno())
            try:
                self.channel.send({"protocol": PROTOCOL, **asdict(setup)}, _START_TIMEOUT_S)
                if self.channel.receive(_START_TIMEOUT_S).get("protocol") != PROTOCOL:
                    raise _other_version()
            except (ChannelClosedError, ChannelTimeoutError, ValueError) as error:
                self.kill()
                if protocol_on_disk() != PROTOCOL:
                    raise _other_version() from error
                raise PhotoAssetsError(
                    f"A fingerprint worker could not start: {_tail(complaints)}",
                    hint="Check memory and the installation of photo_assets.",
                ) from error
            except BaseException:
                self.kill()
                raise

    @property
    def needs_replacement(self) -> bool:
        """Whether it has processed enough contents to be replaced."""
        return self.jobs >= _JOBS_PER_PROCESS

    def interrupt(self) -> None:
        """End it and its children now; its owner then finds a closed pipe."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End it and its children now, and release it; only for its owner."""
        self.interrupt()
        self._close_pipes()
        # A process stuck in a dead network mount cannot be killed: the system must end it.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_TIMEOUT_S)

    def close(self) -> None:
        """Let it exit, or kill it."""
        self._close_pipes()
        try:
            self._process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def exit_description(self) -> str:
        """Return a readable description of how it ended after its pipe closed."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_TIMEOUT_S)
        code = self._process.returncode
        if code is not None and code < 0:
            return signal.Signals(-code).name
        return f"exit code {code}"

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _other_version() -> ProgramChangedError:
    return ProgramChangedError(
        "photo_assets was changed after this process had started: its fingerprint workers are of "
        "another version. No file was recorded as failed.",
        hint="Restart `photosync ui`, then run again; finished work is kept.",
    )


def _environment() -> dict[str, str]:
    return {
        **child_environment(),
        # One core per worker, and no address space for unused threads.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "VIPS_CONCURRENCY": "1",
        # Consecutive pictures often have the same size: glibc should reuse their memory instead of
        # returning it, which would cost a page fault for every four KiB of the next one.
        "MALLOC_MMAP_THRESHOLD_": str(64 << 20),
        "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
    }


def _tail(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing."
