"""A bare socket server that records whatever reaches it, and answers or hangs up."""

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

BODY = b'{"stat": "ok", "user": {"id": "1"}, "files": []}'


@dataclass
class Counted:
    """`requests` are the request lines that arrived; `connections` how often one was opened.

    `moved`: paths that are answered by a redirect to an address. `silent`: how many of the next
    requests are read and then get no answer.
    """

    url: str = ""
    requests: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    connections: int = 0
    moved: dict[str, str] = field(default_factory=dict)
    silent: int = 0


@contextlib.contextmanager
def counting() -> Iterator[Counted]:
    counted = Counted()

    class Handler(socketserver.StreamRequestHandler):
        def setup(self) -> None:
            super().setup()
            counted.connections += 1

        def handle(self) -> None:
            while line := self.rfile.readline().decode().strip():
                counted.requests.append(line.rpartition(" ")[0])
                headers = self._headers()
                counted.headers.append(headers)
                self.rfile.read(int(headers.get("content-length", "0")))
                if counted.silent:
                    counted.silent -= 1
                    return
                path = line.split()[1].partition("?")[0]
                location = counted.moved.get(path)
                status = f"302 Found\r\nLocation: {location}" if location else "200 OK"
                head = (
                    f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(BODY)}\r\n\r\n"
                )
                self.wfile.write(head.encode() + BODY)

        def _headers(self) -> dict[str, str]:
            found = {}
            while text := self.rfile.readline().decode().strip():
                name, _, value = text.partition(":")
                found[name.lower()] = value.strip()
            return found

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away is no fault here."""

    with Server(("127.0.0.1", 0), Handler) as server:
        counted.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield counted
        finally:
            server.shutdown()
            thread.join()
