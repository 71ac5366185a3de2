"""Receiving one content from a service into a scratch file, and proving that it is that content.

How a service is asked is decided by its client. A reply that is cut is repeated, and continues
where it ended if nothing can have changed in between. One that is a web page, of another size, or
of other bytes than stated is asked for once more; then this content fails, and the service counts
as available.
"""

import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from photo_assets.media.content import Absence, RemoteContent, RemoteContentError
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.model.wording import counted
from photo_assets.service_calls.errors import MalformedReplyError, StoppedError
from photo_assets.system.scratch import DiskFullError, OverLimitError, Scratch, ScratchFile

if TYPE_CHECKING:
    import requests

UNKNOWN_SIZE: Final = 64 << 20
"""The room given to a content whose size is not stated, until its reply states one."""

_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_PARTIAL: Final = 206
_OK: Final = 200
_OUT_OF_RANGE: Final = 416
_PIECE_BYTES: Final = 1 << 18
_NO_PICTURE: Final = re.compile(r"text/|application/(?:json|xml|xhtml\+xml|problem\+json)\b", re.I)
_WEB_PAGE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)\b", re.I)


class WrongBytesError(MalformedReplyError):
    """A reply is not, or not all of, the content that was asked for."""


class _MoreRoomError(PhotoAssetsError):
    """The content is larger than the room of its file. Passes through the call unchanged.

    `size`: of the content, None if no reply states it.
    """

    def __init__(self, size: int | None) -> None:
        super().__init__("More scratch space is needed.")
        self.size = size


class Download:
    """One content on its way into a file. `received`: how many bytes of it are there.

    `transferred` counts all bytes that came, repeated ones too.
    """

    def __init__(self, content: RemoteContent, file: ScratchFile, stopped: threading.Event) -> None:
        self.content = content
        self.received = 0
        self.transferred = 0
        self._wrong = 0
        self._file = file
        self._stopped = stopped
        self._tag: str | None = None

    def headers(self, at_most: int | None = None) -> dict[str, str]:
        """Return the headers of the next request: without compression, for what is missing.

        `at_most`: the most bytes of one reply, for a client that keeps replies in memory.
        """
        if self._tag is None and not self.content.digests and at_most is None:
            self.received = 0  # the content may have changed in between
        headers = {"accept-encoding": "identity"}
        if self.received or at_most is not None:
            last = "" if at_most is None else self.received + at_most - 1
            headers["range"] = f"bytes={self.received}-{last}"
        if self.received and self._tag is not None:
            headers["if-range"] = self._tag
        return headers

    def take(self, status: int, headers: Mapping[str, str], pieces: Iterable[bytes]) -> bool:
        """Take in a successful reply; return whether the content is complete, and proven.

        Raises `WrongBytesError`, `RemoteContentError`, `StoppedError`, and the errors of `pieces`.
        """
        stated = {name.lower(): value for name, value in headers.items()}
        end, total = self._place(status, stated)
        self._write(pieces, end)
        if end is not None and self.received < end:
            raise WrongBytesError(f"the reply ended after {counted(self.received, 'byte')}")
        if total is not None and self.received < total:
            return False
        self._prove()
        return True

    def wrong(self, what: str) -> Exception:
        """Discard what is there; return the error to raise: at first one that is repeated."""
        self.received = 0
        self._wrong += 1
        if self._wrong == 1:
            return WrongBytesError(what)
        return RemoteContentError(Absence.WRONG_BYTES, f"The download is not the file: {what}.")

    def _place(self, status: int, headers: Mapping[str, str]) -> tuple[int | None, int | None]:
        """Return where this reply ends, and the size of the whole, each None if not stated."""
        if status not in (_OK, _PARTIAL):
            raise self.wrong(f"the status is {status}")
        kind = headers.get("content-type", "")
        if not self.content.digests and _NO_PICTURE.match(kind):  # digests are better proof
            raise self.wrong(f"the type of the reply is {kind.split(';')[0][:60]}")
        if headers.get("content-encoding", "identity") not in ("", "identity"):
            raise self.wrong("the reply is compressed")
        tag = headers.get("etag", "")
        tag = tag if tag.startswith('"') else ""  # a weak one is no proof of equal bytes
        length = headers.get("content-length", "")
        end = total = int(length) if length.isdecimal() else None
        if status == _PARTIAL:
            part = _RANGE.fullmatch(headers.get("content-range", ""))
            if part is None or int(part[1]) != self.received:
                raise self.wrong("the reply is another part")
            if self.received and self._tag is not None and tag != self._tag:  # RFC 9110, 15.3.7
                raise self.wrong("it changed meanwhile")
            end, total = int(part[2]) + 1, int(part[3]) if part[3] != "*" else None
        else:
            self.received = 0
        if None not in (total, self.content.size) and total != self.content.size:
            raise self.wrong(f"its size is {total}, not {self.content.size}")
        total = self.content.size if total is None else total
        chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        if total is None and (status == _PARTIAL or not chunked):
            raise self.wrong("the reply does not state its size")
        if total is not None and total > self._file.room:
            raise _MoreRoomError(total)
        self._tag = tag or None
        return end, total

    def _write(self, pieces: Iterable[bytes], end: int | None) -> None:
        for piece in pieces:
            if self._stopped.is_set():
                raise StoppedError("The program is stopping; the download was ended.")
            self.transferred += len(piece)
            if self.received == 0 and _WEB_PAGE.match(piece):
                raise self.wrong("it is a web page")
            if end is not None and self.received + len(piece) > end:
                raise self.wrong("it is longer than stated")
            if self.received + len(piece) > self._file.room:
                raise _MoreRoomError(None)
            try:
                self._file.write(self.received, piece)
            except DiskFullError:
                raise _no_space() from None
            self.received += len(piece)

    def _prove(self) -> None:
        content = self.content
        if content.size not in (None, self.received):
            raise self.wrong(f"its size is {self.received}, not {content.size}")
        if self.received == 0 and content.size != 0:
            raise self.wrong("it is empty")
        self._file.stream.truncate(self.received)
        for name, digest in content.digests.items():
            if self._digest(name) != digest:
                raise self.wrong(f"its {name} is not the one that the service states")

    def _digest(self, name: str) -> bytes:
        digest = hashlib.new(name, usedforsecurity=False)
        self._file.stream.seek(0)
        while piece := self._file.stream.read(_PIECE_BYTES):
            digest.update(piece)
        return digest.digest()


def get_into(session: "requests.Session", url: str, download: Download, timeout_s: float) -> None:
    """Send one request of the library requests, whose reply's content goes to `download`.

    Redirects are refused: a file server answers with one where it has a notice in place of the
    file. Raises the errors of requests, and those of `Download.take`.
    """
    import requests

    with session.get(
        url, headers=download.headers(), stream=True, allow_redirects=False, timeout=timeout_s
    ) as reply:
        if reply.status_code not in (_OK, _PARTIAL, _OUT_OF_RANGE):
            raise requests.HTTPError("another status", response=reply)
        download.take(reply.status_code, reply.headers, reply.iter_content(_PIECE_BYTES))


@contextmanager
def downloaded(
    content: RemoteContent,
    scratch: Scratch,
    receive: Callable[[Download], None],
    stopped: threading.Event,
) -> Iterator[tuple[Path, int]]:
    """Yield the file of a content, and how many bytes were transferred; then remove the file.

    `receive` asks for the content until it is complete. Raises `RemoteContentError` and what
    `receive` raises.
    """
    with ExitStack() as stack:
        yield _receive(content, scratch, receive, stopped, stack)


def _receive(
    content: RemoteContent,
    scratch: Scratch,
    receive: Callable[[Download], None],
    stopped: threading.Event,
    stack: ExitStack,
) -> tuple[Path, int]:
    transferred = 0
    room = min(UNKNOWN_SIZE, scratch.limit) if content.size is None else content.size
    while True:
        with ExitStack() as trial:
            file = _room_for(room, content, scratch, stopped, trial)
            download = Download(content, file, stopped)
            try:
                receive(download)
            except RemoteContentError as error:
                error.received += transferred + download.transferred
                raise
            except _MoreRoomError as error:
                transferred += download.transferred
                # Where no reply states the size, the second file has all the space.
                alone = scratch.limit if room < scratch.limit else room + 1
                room = error.size or alone
                continue
            stack.push(trial.pop_all())
            return file.path, transferred + download.transferred


def _room_for(
    room: int,
    content: RemoteContent,
    scratch: Scratch,
    stopped: threading.Event,
    stack: ExitStack,
) -> ScratchFile:
    try:
        return stack.enter_context(scratch.file(room, content.ending, stopped))
    except OverLimitError:
        limit = f"{scratch.limit / 2**20:,.0f} MiB"
        raise RemoteContentError(
            Absence.TOO_LARGE, f"It is larger than the {limit} that fingerprints.fetch_mib allows."
        ) from None
    except DiskFullError:
        raise _no_space() from None
    except InterruptedError:
        raise StoppedError("The program is stopping.") from None


def _no_space() -> RemoteContentError:
    return RemoteContentError(Absence.NO_SPACE, "There is too little free space in data_dir.")
