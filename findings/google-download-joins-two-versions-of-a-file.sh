#!/usr/bin/env bash
# Expected: a chunked download either gives one version of the file or fails when the file changes in
# between. HTTP has ETag and If-Range for that, and the server below sends an ETag with every part.
# Seen: MediaIoBaseDownload of google-api-python-client compares neither the ETag nor the total size
# of the parts. It joins the beginning of the old version to the end of the new one, reports
# done=True and progress 1.0, and a version that is longer or shorter makes no difference.
# An original whose tags are saved again while a backup reads it from Drive ends up as a file that
# never existed, with a plausible size. Only a checksum read after the download shows it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: \
  google-api-python-client==2.202.0 httplib2==0.32.1

"$work/venv/bin/python" - <<'PY'
import hashlib
import io
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

import httplib2
from googleapiclient.http import HttpRequest, MediaIoBaseDownload

print(f"google-api-python-client {version('google-api-python-client')}")
CHUNK = 1_000_000
versions: list[bytes] = []
headers_seen: set[str] = set()


class Drive(BaseHTTPRequestHandler):
    """Serve ranges of the newest version; the file is saved anew after the first part was read."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        content = versions[0]
        if len(versions) > 1:
            versions.pop(0)
        headers_seen.update(name.lower() for name in self.headers)
        first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups())
        part = content[first : last + 1]
        self.send_response(206)
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *values: object) -> None:
        """Keep the output to what is shown below."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Drive)
threading.Thread(target=server.serve_forever, daemon=True).start()


def download(*contents: bytes) -> tuple[bytes, float]:
    versions[:] = contents
    url = f"http://127.0.0.1:{server.server_port}/files/1?alt=media"
    request = HttpRequest(httplib2.Http(proxy_info=None), lambda reply, content: content, url)
    target = io.BytesIO()
    reader = MediaIoBaseDownload(target, request, chunksize=CHUNK)
    done, progress = False, 0.0
    while not done:
        status, done = reader.next_chunk()
        progress = status.progress()
    return target.getvalue(), progress


old = b"old version " * 200_000
assert download(old) == (old, 1.0)
for name, new in (
    ("of the same length", b"new version " * 200_000),
    ("that is longer", b"new version " * 220_000),
    ("that is shorter", b"new version " * 150_000),
):
    found, progress = download(old, new)
    mixed = old[:CHUNK] + new[CHUNK:]
    print(
        f"a new version {name} after the first part: done with progress {progress},"
        f" the old version {found == old}, the new one {found == new}, a mixture {found == mixed}"
    )
    assert progress == 1.0 and found == mixed and found not in (old, new)
print(f"conditional headers that were sent: {sorted(headers_seen & {'if-range', 'if-match'})}")
assert not headers_seen & {"if-range", "if-match"}
server.shutdown()
PY
