"""Frames between a run and its workers: a length word, then JSON or a piece of content.

A worker has parsed untrusted bytes: its messages are limited in size, and receivers check them.
"""

import os
import select
import struct
import time
from collections.abc import Mapping
from typing import Any

import orjson

_LENGTH = struct.Struct(">I")
_END = 0
_ABORT = 0xFFFFFFFF
_MAX_MESSAGE = 64 << 20
PIECE = 1 << 20


class ChannelClosedError(Exception):
    """The other end was closed."""


class ChannelTimeoutError(Exception):
    """The other end did not respond in time."""


class ContentAbortedError(Exception):
    """The sender could not read the content to its end."""


class Channel:
    """One end of a pair of pipes. `timeout` seconds limit each wait; None waits indefinitely."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        os.set_blocking(read_fd, False)
        os.set_blocking(write_fd, False)

    def send(self, message: Mapping[str, Any], timeout: float | None = None) -> None:
        """Send one message."""
        self._send_frame(orjson.dumps(message), timeout)

    def send_piece(self, data: bytes, timeout: float | None = None) -> None:
        """Send one piece of content, not empty."""
        self._send_frame(data, timeout)

    def send_end(self, *, aborted: bool, timeout: float | None = None) -> None:
        """Send that the content is complete, or that the rest of it is unavailable."""
        self._write(_LENGTH.pack(_ABORT if aborted else _END), timeout)

    def receive(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message."""
        message = orjson.loads(self._receive_frame(timeout))
        if not isinstance(message, dict):
            raise ChannelClosedError("not a message")
        return message

    def receive_piece(self) -> bytes:
        """Return the next piece of content, b"" at its end. Raises `ContentAbortedError`."""
        return self._receive_frame(None)

    def _send_frame(self, data: bytes, timeout: float | None) -> None:
        self._write(_LENGTH.pack(len(data)), timeout)
        self._write(data, timeout)

    def _receive_frame(self, timeout: float | None) -> bytes:
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, timeout))
        if length == _ABORT:
            raise ContentAbortedError
        if length > _MAX_MESSAGE:
            raise ChannelClosedError("an oversized frame")
        return self._read(length, timeout)

    def _write(self, data: bytes, timeout: float | None) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._write_fd, select.POLLOUT, timeout)
            try:
                view = view[os.write(self._write_fd, view) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChannelClosedError(str(error)) from error

    def _read(self, count: int, timeout: float | None) -> bytes:
        pieces: list[bytes] = []
        while count:
            self._wait(self._read_fd, select.POLLIN, timeout)
            try:
                piece = os.read(self._read_fd, min(count, PIECE))
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChannelClosedError(str(error)) from error
            if not piece:
                raise ChannelClosedError("end of file")
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def _wait(self, descriptor: int, event: int, timeout: float | None) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        end = None if timeout is None else time.monotonic() + timeout
        left = None if timeout is None else timeout * 1000
        if not poll.poll(left) and (end is None or time.monotonic() >= end):
            raise ChannelTimeoutError
