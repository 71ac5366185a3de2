"""One attempt at one content: sending the job and receiving the worker's messages."""

from dataclasses import asdict
from typing import BinaryIO

from photo_assets.identity.fingerprints.channel import (
    PIECE,
    ChannelClosedError,
    ChannelTimeoutError,
)
from photo_assets.identity.fingerprints.findings import Findings
from photo_assets.identity.fingerprints.parts import Part
from photo_assets.identity.fingerprints.reasons import Reason, UnreadableError
from photo_assets.identity.fingerprints.same_bytes import SameBytes
from photo_assets.identity.fingerprints.tasks import Fields, Job, image_data_seconds
from photo_assets.identity.fingerprints.worker_process import WorkerProcess
from photo_assets.media.content import ContentError
from photo_assets.model.errors import StorageError
from photo_assets.system.file_state import FileState


class WorkerLostError(Exception):
    """The worker died, hung or ran out of memory while computing `part`."""

    def __init__(self, part: Part, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.part = part
        self.reason = reason
        self.detail = detail


class WorkerSession:
    """A worker and the findings it contributes to. `seconds` limits each step."""

    def __init__(
        self, worker: WorkerProcess, findings: Findings, seconds: float, same: SameBytes
    ) -> None:
        self._worker = worker
        self._findings = findings
        self._seconds = seconds
        self._same = same
        self._shared = False

    def send_job(self, stream: BinaryIO | None) -> None:
        """Send the job, with the bytes if it is an archive entry.

        Raises `WorkerLostError`, and `ContentError` if the entry cannot be read to its end (the
        worker is then ready for another job).
        """
        ref, sha256 = self._findings.task.ref, self._findings.sha256
        job = Job(
            path=ref.path if stream is None else None,
            name=str(ref),
            kind=self._findings.task.kind,
            parts=tuple(part for part in Part if part in self._findings.left),
            sha256=None if sha256 is None else sha256.hex(),
            shared=Part.DIGESTS in self._findings.left and len(self._findings.left) > 1,
        )
        self._shared = job.shared
        self._worker.jobs += 1
        try:
            self._worker.channel.send(asdict(job), self._seconds)
            if stream is not None:
                self._send(stream)
        except ChannelTimeoutError as error:
            raise self._hung() from error
        except ChannelClosedError as error:
            raise self._died() from error

    def receive_results(self) -> None:
        """Receive messages until the worker is done.

        Raises `WorkerLostError`, `UnreadableError`, and `StorageError` if a thumbnail cannot be
        written, which is not a fault of the content.
        """
        try:
            while True:
                message = self._worker.channel.receive(self._timeout())
                match message.get("type"):
                    case "done":
                        return
                    case "opened":
                        self._findings.opened(FileState(**message["state"]))
                    case "part":
                        self._take(Part(message["part"]), message["fields"])
                    case "unreadable":
                        raise UnreadableError(Reason(message["reason"]), message["detail"])
                    case "unwritable":
                        raise _unwritable(message["detail"])
                    case "exhausted":
                        raise self._lost(Reason.OUT_OF_MEMORY, str(message["detail"]))
        except ChannelTimeoutError as error:
            raise self._hung() from error
        except ChannelClosedError as error:
            raise self._died() from error
        except (KeyError, TypeError, ValueError) as error:
            detail = "The worker sent an invalid reply."
            raise self._lost(Reason.DECODER_DIED, detail) from error

    def _take(self, part: Part, fields: Fields) -> None:
        self._findings.take(part, fields)
        if part is Part.DIGESTS and self._shared:
            self._same.fill(self._findings)
            left = [part for part in Part if part in self._findings.left]
            self._worker.channel.send({"left": left}, self._seconds)

    def _send(self, stream: BinaryIO) -> None:
        channel = self._worker.channel
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

    def _timeout(self) -> float:
        if self._findings.next_part is Part.IMAGE_DATA:
            return image_data_seconds(self._seconds, self._findings.size)
        return self._seconds

    def _hung(self) -> WorkerLostError:
        if self._findings.next_part is Part.DIGESTS:
            return self._lost(Reason.READ_TIMEOUT, f"No byte came for {self._seconds:g} s.")
        return self._lost(Reason.TIMEOUT, f"It took more than {self._seconds:g} s.")

    def _died(self) -> WorkerLostError:
        how = self._worker.exit_description()
        if self._findings.next_part is Part.DIGESTS:
            return self._lost(Reason.WORKER_DIED, f"The worker died while reading ({how}).")
        if how == "SIGXCPU":
            return self._lost(Reason.TIMEOUT, f"It took more than {self._seconds:g} s.")
        return self._lost(Reason.DECODER_DIED, f"The decoder died ({how}).")

    def _lost(self, reason: Reason, detail: str) -> WorkerLostError:
        return WorkerLostError(self._findings.next_part, reason, detail)


def _unwritable(detail: str) -> StorageError:
    return StorageError(
        f"A thumbnail could not be written: {detail}.",
        hint="Free up space in the thumbnail folder or fix its permissions, then run again; "
        "finished "
        "work is kept.",
    )
