"""PostgREST as a child process, ready when the block is entered."""

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from photo_assets_tests.services.supabase.cluster import free_port
from photo_assets_tests.time_limit import PATIENCE_S

MAX_ROWS = 1000


@contextlib.contextmanager
def running_postgrest(program: Path, database_url: str, jwt_secret: str) -> Iterator[str]:
    """Run PostgREST on `database_url`, whose role is `authenticator`; yield its address."""
    port, admin = free_port(), free_port()
    settings = {
        "PGRST_DB_URI": database_url,
        "PGRST_DB_SCHEMAS": "public",
        "PGRST_DB_EXTRA_SEARCH_PATH": "public, extensions",
        "PGRST_DB_ANON_ROLE": "anon",
        "PGRST_DB_MAX_ROWS": str(MAX_ROWS),
        "PGRST_JWT_SECRET": jwt_secret,
        "PGRST_SERVER_HOST": "127.0.0.1",
        "PGRST_SERVER_PORT": str(port),
        "PGRST_ADMIN_SERVER_PORT": str(admin),
        "PATH": os.environ.get("PATH", ""),
    }
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen([str(program)], env=settings, stdout=log, stderr=log) as process,
    ):
        try:
            _wait(process, f"http://127.0.0.1:{admin}/ready")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _wait(process: "subprocess.Popen[bytes]", ready: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(ready, trust_env=False).is_success:
                return
        time.sleep(0.02)
    raise AssertionError("PostgREST did not get ready")
