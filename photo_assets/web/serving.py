"""Serving the review page on 127.0.0.1 until a signal.

Requests are not logged: their addresses contain the opening token and ids of photos.
"""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.web.access import HOST

_END_SECONDS = 10.0
_START_CHECK_SECONDS = 0.01


class PortError(PhotoAssetsError):
    """Another program listens on the port."""

    exit_code = ExitCode.USAGE


def bound(port: int, command: str, option: str = "--port") -> socket.socket:
    """Return a socket that listens on a port (0: any free one).

    Raises `PortError`, which names the command and its option, if the port is in use.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        other = port + 1 if port < 65535 else 3001
        raise PortError(
            f"Port {port} of {HOST} cannot be used: {error.strerror or error}.",
            hint=f"Choose another port: photosync {command} {option} {other}",
        ) from error
    return listening


@contextmanager
def serving(app: ASGIApp, listening: socket.socket) -> Iterator[threading.Thread]:
    """Serve `app` in a thread until the end of the block, and close the socket.

    Yields the thread: if it ends earlier, the server failed. A response that is being sent gets a
    few seconds to end.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="error",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=5,
        )
    )
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(_START_CHECK_SECONDS)
        yield thread
    finally:
        server.should_exit = True
        thread.join(_END_SECONDS)
        listening.close()
