"""A server on a real socket that answers each connection with given bytes, or not at all."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from photo_assets_tests.time_limit import PATIENCE_S

SILENCE = b"silence"
"""Keep the connection open without a reply."""
RESET = b"reset"
"""Read the request and reset the connection."""


@dataclass(frozen=True)
class RawServer:
    url: str
    received: list[bytes]


def reply(status: str, body: str, *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", *headers)
    return ("\r\n".join((*lines, "Connection: close", "", "")) + body).encode()


@contextlib.contextmanager
def raw_server(*replies: bytes) -> Iterator[RawServer]:
    """Serve one reply per connection, in order, then repeat the last reply."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept: list[socket.socket] = []
    server = RawServer(f"http://127.0.0.1:{listener.getsockname()[1]}", [])

    def serve() -> None:
        left = list(replies)
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            kept.append(connection)
            with contextlib.suppress(OSError):
                _answer(connection, server.received, left.pop(0) if len(left) > 1 else left[0])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in kept:
            connection.close()
        thread.join(PATIENCE_S)


def _answer(connection: socket.socket, received: list[bytes], what: bytes) -> None:
    received.append(connection.recv(65536))
    if what == SILENCE:
        return
    if what == RESET:  # linger 0: close() sends RST
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    else:
        connection.sendall(what)
    connection.close()
