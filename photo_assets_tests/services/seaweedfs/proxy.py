"""A server before SeaweedFS on a real socket: passes requests on, or does what bad servers do.

It signs what it passes on anew, so it can leave out headers that a server ignores.
"""

import contextlib
import http.client
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from photo_assets_tests.services.seaweedfs.server import ACCESS, SECRET, SeaweedFS

_HOP = frozenset({"connection", "transfer-encoding", "content-length", "expect", "host"})
_SIGNATURE = frozenset({"authorization", "x-amz-date", "x-amz-content-sha256"})


@dataclass(frozen=True)
class Request:
    """One request: `path` with its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One reply. `cut`: this many bytes of the body are sent, then the connection is reset."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None


Forward = Callable[[Request], Reply]
Behavior = Callable[[Request, Forward], Reply | None]
"""What a server does with a request; None: it resets the connection without a reply."""


def error(status: int, code: str, **headers: str) -> Reply:
    """Return an error reply of S3."""
    body = f"<Error><Code>{code}</Code><Message>as the test wants it</Message></Error>"
    stated = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"Content-Type": "application/xml", **stated}, body.encode())


def edited(reply: Reply, body: bytes) -> Reply:
    """Return the reply with another body, and the length of that one."""
    kept = {key: v for key, v in reply.headers.items() if key.lower() != "content-length"}
    return replace(reply, headers=kept, body=body)


def without(request: Request, name: str) -> Request:
    """Return the request without a header."""
    return replace(
        request, headers={key: v for key, v in request.headers.items() if key.lower() != name}
    )


def refusing_conditions(request: Request, forward: Forward) -> Reply | None:
    """As Backblaze B2: no conditional writes, and none of the checksums that boto3 adds."""
    names = {name.lower() for name in request.headers}
    if request.method != "GET" and names & {"if-none-match", "if-match"}:
        return error(501, "NotImplemented")
    if any(name.startswith(("x-amz-checksum", "x-amz-sdk-checksum")) for name in names):
        return error(400, "InvalidArgument")
    return forward(request)


def ignoring_conditions(request: Request, forward: Forward) -> Reply | None:
    """As servers that know no conditional writes, and overwrite."""
    return forward(without(request, "if-none-match"))


@dataclass
class Proxy:
    """A running proxy. `behavior` may be exchanged; `requests`: what arrived, in order."""

    url: str
    behavior: Behavior = lambda request, forward: forward(request)
    requests: list[Request] = field(default_factory=list)

    def count(self, method: str, pattern: str) -> int:
        """Return how many requests of a method arrived whose path contains a pattern."""
        return sum(
            one.method == method and re.search(pattern, one.path) is not None
            for one in self.requests
        )


@contextlib.contextmanager
def proxy_before(server: SeaweedFS) -> Iterator[Proxy]:
    """Run a proxy before the server until the block ends."""
    proxy = Proxy("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # otherwise every body waits 40 ms behind its headers

        def handle_one_request(self) -> None:
            with contextlib.suppress(ConnectionError):
                super().handle_one_request()

        def log_message(self, format: str, *arguments: Any) -> None: ...

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(
                self.command, self.path, dict(self.headers.items()), self.rfile.read(length)
            )
            proxy.requests.append(request)
            reply = proxy.behavior(request, lambda one: _forward(server, one))
            if reply is None:
                self._reset()
                return
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                if name.lower() not in _HOP - {"content-length"}:
                    self.send_header(name, value)
            if "content-length" not in {name.lower() for name in reply.headers}:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body if reply.cut is None else reply.body[: reply.cut])
            if reply.cut is not None:
                self._reset()

        def _reset(self) -> None:
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads = True
        proxy.url = f"http://127.0.0.1:{listener.server_port}"
        thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown()
            thread.join()


def _forward(server: SeaweedFS, request: Request) -> Reply:
    """Send the request to the server, signed anew if it was signed."""
    from botocore.auth import S3SigV4Auth  # not where the tests are skipped without it
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    headers = {name: v for name, v in request.headers.items() if name.lower() not in _HOP}
    if "Authorization" in request.headers:
        kept = {name: v for name, v in headers.items() if name.lower() not in _SIGNATURE}
        signed = AWSRequest(request.method, server.http + request.path, kept, request.body)
        S3SigV4Auth(Credentials(ACCESS, SECRET), "s3", "us-east-1").add_auth(signed)
        headers = dict(signed.headers.items())
    connection = http.client.HTTPConnection(urlsplit(server.http).netloc)
    with contextlib.closing(connection):
        connection.request(request.method, request.path, request.body, headers)
        reply = connection.getresponse()
        return Reply(reply.status, dict(reply.getheaders()), reply.read())
