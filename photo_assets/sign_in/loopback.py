"""Receiving the browser's redirect at the end of a sign-in, on 127.0.0.1 (RFC 8252, 7.3).

Which redirect belongs to the sign-in is decided by the flow.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from photo_assets.sign_in.dialogue import Dialogue

Reply = Mapping[str, str]

_PAGE: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>photosync</title><p>{text}</p></html>"
)
_DONE: Final = "photosync received the answer. You can close this page."
_OTHER: Final = "This page is not the answer that photosync is waiting for."


class Loopback:
    """A server for one redirect. `url` is the address to redirect to."""

    def __init__(self, server: "_Server") -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_port}/"

    def wait(self, is_answer: Callable[[Reply], bool], timeout_s: float) -> Reply | None:
        """Return the parameters of the first redirect that `is_answer` accepts; None in time.

        Other requests, such as a browser's for an icon, are refused, and waiting goes on.
        """
        server = self._server
        server.is_answer = is_answer
        deadline = time.monotonic() + timeout_s
        while server.answer is None:
            server.timeout = deadline - time.monotonic()
            if server.timeout <= 0:
                return None
            server.handle_request()
        return server.answer


def ask_browser(
    address: str, dialogue: Dialogue, receiver: Loopback, is_answer: Callable[[Reply], bool]
) -> Reply:
    """Have the person open `address`; return the redirect's parameters, {} if none came."""
    dialogue.say("Open this address in a browser:")
    dialogue.say(f"  {address}")
    if dialogue.paste:
        dialogue.say("At the end the browser shows a page that it cannot open. Copy its address.")
        reply = parameters_of(dialogue.ask("Address").strip())
        return reply if is_answer(reply) else {}
    dialogue.open_browser(address)
    return receiver.wait(is_answer, dialogue.wait_s) or {}


@contextmanager
def loopback() -> Iterator[Loopback]:
    """Listen on a random port of 127.0.0.1 for the block."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        yield Loopback(server)


def parameters_of(address: str) -> Reply:
    """Return the parameters of an address; those that occur twice are left out."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(urlsplit(address).query, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


class _Server(HTTPServer):
    answer: Reply | None = None
    is_answer: Callable[[Reply], bool]

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a connection that broke: the browser opens another."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5  # a connection that sends nothing must not keep the answer waiting

    def do_GET(self) -> None:
        reply = parameters_of(self.path)
        accepted = urlsplit(self.path).path == "/" and self.server.is_answer(reply)
        page = _PAGE.format(text=escape(_DONE if accepted else _OTHER)).encode()
        self.send_response(200 if accepted else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(page)
        if accepted:
            self.server.answer = reply

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing: the address contains the code."""
