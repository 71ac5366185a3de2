#!/usr/bin/env bash
# Expected: with supabase-py, `photos = client.table("photos").select("*")` is a query to start from.
# photos.eq("catalog", "nas") and photos.eq("catalog", "flickr") are two queries, as with SQLAlchemy,
# Django or pandas.
# Seen: every filter changes the builder itself and returns it. The second query asks for rows of both
# catalogs at once, which none is; the answer is an empty list and no error. Orders collect as well.
# A sink that compares catalog after catalog with the database finds the first one complete and all
# others empty, and inserts their photos again or reports them lost.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: supabase==2.34.1 postgrest==2.34.1

NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 "$work/venv/bin/python" - <<'PY'
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qsl, urlsplit

from postgrest import SyncPostgrestClient

print(f"postgrest {version('postgrest')}, as in supabase {version('supabase')}")
ROWS = [{"id": n, "catalog": "nas" if n < 6 else "flickr"} for n in range(10)]
asked: list[list[tuple[str, str]]] = []


class Service(BaseHTTPRequestHandler):
    """Answer eq filters, offset and limit the way PostgREST does: all filters hold at once."""

    def do_GET(self) -> None:
        query = [(k, v) for k, v in parse_qsl(urlsplit(self.path).query) if k != "select"]
        asked.append(query)
        rows = ROWS
        for key, value in query:
            if value.startswith("eq."):
                rows = [row for row in rows if str(row[key]) == value[3:]]
        body = json.dumps(rows).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *values: object) -> None:
        """Keep the output to what is shown below."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = SyncPostgrestClient(f"http://127.0.0.1:{server.server_port}")

kept = client.table("photos").select("*")
counts = {name: len(kept.eq("catalog", name).execute().data) for name in ("nas", "flickr")}
print(f"from one variable: {counts}; the second request asked for {asked[-1]}")
assert counts == {"nas": 6, "flickr": 0}
assert asked[-1] == [("catalog", "eq.nas"), ("catalog", "eq.flickr")]
assert kept.eq("catalog", "nas") is kept

counts = {
    name: len(client.table("photos").select("*").eq("catalog", name).execute().data)
    for name in ("nas", "flickr")
}
print(f"from a new builder each: {counts}")
assert counts == {"nas": 6, "flickr": 4}

ordered = client.table("photos").select("*")
ordered.order("id").execute()
ordered.order("catalog").execute()
print(f"order by id, then a second query by catalog: {asked[-1]}")
assert asked[-1] == [("order", "id.asc,catalog.asc")]
server.shutdown()
PY
