"""One worker process from the run's side: starting, jobs and results, killing.

Its code is in `worker`. It is started as a separate program, not forked: this works inside
daemonic processes and beside threads, and the child shares no libraries or locks in use with its
parent.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import IO, BinaryIO

from photo_assets.identity.fingerprints import PROTOCOL, protocol_on_disk
from photo_assets.identity.fingerprints.channel import (
    PIECE,
    Channel,
    ChannelClosedError,
    ChannelTimeoutError,
)
from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError
from photo_assets.identity.fingerprints.record import Part
from photo_assets.identity.fingerprints.tasks import Fields, Job, Setup, Task, image_data_seconds
from photo_assets.media.content import ContentError
from photo_assets.model.errors import PhotoAssetsError, ProgramChangedError, StorageError
from photo_assets.system.child_python import child_environment, module_command

_MODULE = "photo_assets.identity.fingerprints.worker"
_START_TIMEOUT_S = 120.0
_END_TIMEOUT_S = 5.0
_JOBS_PER_PROCESS = 2_000
"""After this many contents a worker is replaced: decoders leak memory."""


class WorkerLostError(Exception):
    """The worker died, hung or ran out of memory while computing `part`."""

    def __init__(self, part: Part, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.part = part
        self.reason = reason
        self.detail = detail


class WorkerProcess:
    """A started worker that has reported ready.

    Raises `PhotoAssetsError` if it cannot start, `ProgramChangedError` if it is of another version.
    """

    def __init__(self, setup: Setup) -> None:
        self._jobs = 0
        self._seconds = setup.max_seconds
        self._shared = False
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
            self._channel = Channel(self._process.stdout.fileno(), self._process.stdin.fileno())
            try:
                self._channel.send({"protocol": PROTOCOL, **asdict(setup)}, _START_TIMEOUT_S)
                if self._channel.receive(_START_TIMEOUT_S).get("protocol") != PROTOCOL:
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
        return self._jobs >= _JOBS_PER_PROCESS

    def send_job(self, task: Task, stream: BinaryIO | None) -> None:
        """Send the job of `task`, with the bytes if it is an archive entry.

        Raises `WorkerLostError`, and `ContentError` if the entry cannot be read to its end (the
        worker is then ready for another job).
        """
        job: Job = {
            "path": task.file if stream is None else None,
            "name": str(task.ref),
            "kind": task.kind,
            "parts": _in_order(task.left),
            "sha256": None if task.sha256 is None else task.sha256.hex(),
            "draws": not task.is_of_preview,
            "shared": Part.DIGESTS in task.left and len(task.left) > 1,
        }
        self._shared = job["shared"]
        self._jobs += 1
        try:
            self._channel.send(job, self._seconds)
            if stream is not None:
                self._send(stream)
        except ChannelTimeoutError as error:
            raise self._hung(task) from error
        except ChannelClosedError as error:
            raise self._died(task) from error

    def receive_results(self, task: Task, fill: Callable[[Task], None]) -> None:
        """Receive messages until the worker is done; `fill` adds known results of the same bytes.

        Raises `WorkerLostError`, `UnreadableError`, and `StorageError` if a thumbnail cannot be
        written, which is not a fault of the content.
        """
        try:
            while True:
                message = self._channel.receive(self._timeout(task))
                match message.get("type"):
                    case "done":
                        return
                    case "opened":
                        task.opened(message["state"])
                    case "part":
                        self._take(task, Part(message["part"]), message["fields"], fill)
                    case "unreadable":
                        raise UnreadableError(Reason(message["reason"]), message["detail"])
                    case "unwritable":
                        raise _unwritable(message["detail"])
                    case "exhausted":
                        raise _lost(task, Reason.OUT_OF_MEMORY, str(message["detail"]))
        except ChannelTimeoutError as error:
            raise self._hung(task) from error
        except ChannelClosedError as error:
            raise self._died(task) from error
        except (KeyError, TypeError, ValueError) as error:
            detail = "The worker sent an invalid reply."
            raise _lost(task, Reason.DECODER_DIED, detail) from error

    def _take(self, task: Task, part: Part, fields: Fields, fill: Callable[[Task], None]) -> None:
        task.take(part, fields)
        if part is Part.DIGESTS and self._shared:
            fill(task)
            self._channel.send({"left": _in_order(task.left)}, self._seconds)

    def _send(self, stream: BinaryIO) -> None:
        channel = self._channel
        try:
            while piece := stream.read(PIECE):
                channel.send_piece(piece, self._seconds)
        except (ContentError, OSError):
            channel.send_end(aborted=True, timeout=self._seconds)
            channel.receive(
                self._seconds
            )  # its "unreadable", which has less detail than this error
            raise
        channel.send_end(aborted=False, timeout=self._seconds)

    def _timeout(self, task: Task) -> float:
        if task.next_part is Part.IMAGE_DATA:
            return image_data_seconds(self._seconds, task.size)
        return self._seconds

    def _hung(self, task: Task) -> WorkerLostError:
        if task.next_part is Part.DIGESTS:
            return _lost(task, Reason.READ_TIMEOUT, f"No data arrived for {self._seconds:g} s.")
        return _lost(task, Reason.TIMEOUT, f"It exceeded the time limit of {self._seconds:g} s.")

    def _died(self, task: Task) -> WorkerLostError:
        how = self._exit_description()
        if task.next_part is Part.DIGESTS:
            return _lost(
                task, Reason.WORKER_DIED, f"The worker process ended while reading ({how})."
            )
        if how == "SIGXCPU":
            return _lost(
                task, Reason.TIMEOUT, f"It exceeded the time limit of {self._seconds:g} s."
            )
        return _lost(task, Reason.DECODER_DIED, f"The decoder crashed ({how}).")

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

    def _exit_description(self) -> str:
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


def _unwritable(detail: str) -> StorageError:
    return StorageError(
        f"A thumbnail could not be written: {detail}.",
        hint="Free up space in the thumbnail folder or fix its permissions, then run again; "
        "finished "
        "work is kept.",
    )


def _lost(task: Task, reason: Reason, detail: str) -> WorkerLostError:
    return WorkerLostError(task.next_part, reason, detail)


def _in_order(parts: Collection[Part]) -> list[Part]:
    return [part for part in Part if part in parts]


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
    return lines[-1] if lines else "no message."
