#!/usr/bin/env bash
# Expected: a POST whose reply is lost raises an error at once, because nobody knows whether the
# server acted on it. requests and httpx do so. num_retries=0 of google-api-python-client promises it.
# Seen: httplib2, on which google-api-python-client runs, sends the request a second time by itself
# when the connection is closed without a reply, a POST or PATCH just the same, and on a connection
# that was opened for this very request, where no keep-alive can have expired.
# The caller sees one call. A server that acted on the first one has a second album, a second comment
# or a second copy of the uploaded photo.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: \
  httplib2==0.32.1 google-api-python-client==2.202.0 requests==2.34.2 httpx==0.28.1

"$work/venv/bin/python" - <<'PY'
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httplib2
import httpx
import requests
from googleapiclient.http import HttpRequest

print(f"httplib2 {httplib2.__version__}, requests {requests.__version__}, httpx {httpx.__version__}")
albums: list[str] = []


class Service(BaseHTTPRequestHandler):
    """Create the album, then close the connection before the reply, as a restarted proxy does."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        albums.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["title"])
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    do_PATCH = do_POST

    def log_message(self, *values: object) -> None:
        """Keep the output to what is shown below."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/albums"
body = json.dumps({"title": "Summer"})
headers = {"Content-Type": "application/json"}


def google_call() -> None:
    request = HttpRequest(
        httplib2.Http(proxy_info=None), lambda reply, content: content, url, method="POST", body=body, headers=headers
    )
    request.execute(num_retries=0)


def arrived(name: str, call) -> int:
    albums.clear()
    try:
        call()
    except Exception as error:
        print(f"{name}: {type(error).__name__}, the server received the request {len(albums)} times")
        return len(albums)
    raise AssertionError("a call without a reply succeeded")


assert arrived("httplib2 POST", lambda: httplib2.Http(proxy_info=None).request(url, "POST", body, headers)) == 2
assert arrived("httplib2 PATCH", lambda: httplib2.Http(proxy_info=None).request(url, "PATCH", body, headers)) == 2
assert arrived("google-api-python-client, num_retries=0", google_call) == 2
with requests.Session() as session:
    session.trust_env = False
    assert arrived("requests POST", lambda: session.post(url, data=body, headers=headers)) == 1
with httpx.Client(trust_env=False) as client:
    assert arrived("httpx POST", lambda: client.post(url, content=body, headers=headers)) == 1
server.shutdown()
PY
