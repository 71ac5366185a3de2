#!/usr/bin/env bash
# Expected: files().list(), a read, is sent as GET whatever its query is. A proxy, a transport or an
# audit that lets through only GET then proves that a program reads and never writes.
# Seen: if the address is longer than 2,048 characters, google-api-python-client sends POST to the
# same path, with the parameters in the body and 'x-http-method-override: GET'. A Drive query that
# names some forty folders is that long, because an id has 33 characters. Who refuses POST breaks
# such reads; who allows POST because of them also allows files().create() on the same path; and
# who logs addresses no longer sees the query. Ask in parts that stay below the limit.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet google-api-python-client==2.202.0 google-auth==2.63.0 \
  google-auth-httplib2==0.4.4 httplib2==0.32.1

cd "$work"
"$work/venv/bin/python" -W ignore - <<'PY'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version

from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build

seen = []


class Drive(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        override = self.headers.get("x-http-method-override")
        seen.append((self.command, len(self.path), override, len(body)))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "13")
        self.end_headers()
        self.wfile.write(b'{"files": []}')

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Drive)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{server.server_port}/drive/v3/"
drive = build(
    "drive",
    "v3",
    credentials=AnonymousCredentials(),
    client_options={"api_endpoint": endpoint},
    static_discovery=True,
)
print("google-api-python-client", version("google-api-python-client"))
for folders in (10, 60):
    ids = [f"{number:033d}" for number in range(folders)]
    drive.files().list(q=" or ".join(f"'{id_}' in parents" for id_ in ids)).execute()
    method, length, override, body = seen[-1]
    print(f"{folders} folders: {method}, path of {length:,} characters, "
          f"override {override}, body of {body:,} bytes")
server.shutdown()
assert [request[0] for request in seen] == ["GET", "POST"], seen
assert seen[1][2] == "GET" and seen[1][3] > 2048, seen
PY
