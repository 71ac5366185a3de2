"""Serves an ASGI app on 127.0.0.1: in a thread of this process, or as a process of its own.

With a certificate of `tls` it speaks HTTPS; the faults of `faulty_app` are the same there.
"""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from asyncio import Transport
from collections.abc import Iterator
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from photo_assets_tests.services.arrivals import ArrivalLog
from photo_assets_tests.services.faults import FaultPlan
from photo_assets_tests.services.faulty_app import TRANSPORT, FaultyApp
from photo_assets_tests.services.tls import Certificate

_PATIENCE_S = 600.0  # for what has to happen, on a busy machine too; without the tests' runner


class Connection(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with the transport given to the app so that it can break it."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[TRANSPORT] = transport
            await inner(scope, receive, send)

        self.app = with_transport


@contextlib.contextmanager
def running(app: ASGIApp, port: int = 0, tls: Certificate | None = None) -> Iterator[str]:
    """Serve `app` in a thread for the block and yield its base URL, without a slash at the end."""
    bound = bound_to(port)
    server = uvicorn.Server(_config(app, tls))
    thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.002)
        yield url_of(bound, tls)
    finally:
        server.should_exit = server.force_exit = True
        thread.join(_PATIENCE_S)
        bound.close()


class StandIn:
    """A stand-in as a test holds it: started for a block, with its faults and its calls."""

    def __init__(self, app: FaultyApp) -> None:
        self.app = app
        self.base_url = ""

    @contextlib.contextmanager
    def running(self, port: int = 0, *, tls: Certificate | None = None) -> Iterator[Self]:
        """Serve in a thread for the block; `base_url` is the setting `endpoint` of a catalog."""
        with running(self.app, port, tls) as url:
            self.base_url = url
            yield self

    @property
    def faults(self) -> FaultPlan:
        """What happens to the next requests."""
        return self.app.faults

    @property
    def log(self) -> ArrivalLog:
        """The requests that came."""
        return self.app.log


def serve(
    app: ASGIApp,
    port: int = 0,
    bound: socket.socket | None = None,
    tls: Certificate | None = None,
) -> None:
    """Serve `app` until the process is told to end; its first line of output is its URL.

    `bound` is a socket of `bound_to`, where the app had to know its address beforehand.
    """
    bound = bound or bound_to(port)
    # Bound and listening: a client that reads the line may connect before the loop runs.
    print(url_of(bound, tls), flush=True)
    uvicorn.Server(_config(app, tls)).run([bound])


@contextlib.contextmanager
def running_process(module: str, *arguments: str) -> Iterator[str]:
    """Run `python -m module`, which calls `serve`, for the block and yield its base URL."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith(("http://", "https://")), f"{module} did not start"
            yield url
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


def _config(app: ASGIApp, tls: Certificate | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        proxy_headers=False,
        access_log=False,
        log_level="error",
        # Longer than a client waits between two requests: no connection dies but by a fault.
        timeout_keep_alive=75,
        ssl_certfile=tls.file if tls else None,
    )


def bound_to(port: int) -> socket.socket:
    """Return a listening socket on 127.0.0.1; port 0 is any free one."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    bound.listen(256)
    return bound


def url_of(bound: socket.socket, tls: Certificate | None = None) -> str:
    return f"{'https' if tls else 'http'}://127.0.0.1:{bound.getsockname()[1]}"
