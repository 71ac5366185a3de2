"""Measures the review page over a synthetic lake of any size: time of each page, and memory.

    python -m photo_assets_tests.bench.web_scale 1000000 FOLDER [--rounds 60] [--json FILE]

The page is served by a process of its own. The first request of each kind is given apart, because
it reads what the others find in memory; the others are for photos and months drawn at random.
FOLDER must be new, or of an earlier measurement of the same size.
"""

import argparse
import json
import math
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from photo_assets.web.access import Access
from photo_assets.web.serving import bound
from photo_assets_tests.bench.join_steps import CONFIGURATION
from photo_assets_tests.bench.joins_scale import run_step
from photo_assets_tests.bench.lake.plan import Plan

_UNUSED_PORT = 9
_START_S = 60.0


def make_library(items: int, folder: Path, months: int = 300) -> None:
    """Write the lake of so many items, and join it, unless the folder has it already."""
    done = folder / "made"
    if done.exists() and done.read_text() == f"{items} {months}":
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "photosync.yaml").write_text(CONFIGURATION)
    plan = Plan(items, months)
    for step in ("lake", "photos", "metadata"):
        run_step(step, folder, plan)
    done.write_text(f"{items} {months}")


@contextmanager
def serving_process(folder: Path) -> Iterator[tuple[Access, int]]:
    """Serve the page of a folder in a process; yield how to open it, and the process's id."""
    listening = bound(0, "review")
    access = Access(listening.getsockname()[1])
    listening.close()
    environment = {
        **os.environ,
        "PHOTOSYNC_CONFIG": str(folder / "photosync.yaml"),
        "DAGSTER_HOME": str(folder),
    }
    ports = [str(access.port), str(_UNUSED_PORT)]
    command = [sys.executable, "-m", "photo_assets.cli.reviewing", *ports]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE)
    assert process.stdin is not None
    with process.stdin as stream:
        stream.write(access.token.encode())
    try:
        yield access, process.pid
    finally:
        process.terminate()
        process.wait()


def measure_pages(folder: Path, rounds: int) -> dict[str, Any]:
    """Return milliseconds by page (`first_ms`, `median_ms`, `p95_ms`), and `peak_mib`."""
    draw = random.Random(7)
    with (
        serving_process(folder) as (access, pid),
        httpx.Client(base_url=f"http://127.0.0.1:{access.port}", trust_env=False, timeout=600) as c,
    ):
        _open(c, access)
        found: dict[str, Any] = {}
        months = re.findall(r'<option value="([-0-9]+)">', c.get("/photos").text)
        albums = re.findall(r'href="/albums/([0-9a-f]{20})"', c.get("/albums").text)
        photos = [
            one["id"]
            for month in draw.choices(months, k=20)
            for one in c.get(f"/photos/{month}/tiles?count=20").json()
        ]
        pages: dict[str, Callable[[], str]] = {
            "status": lambda: "/",
            "gallery": lambda: "/photos",
            "tiles": lambda: f"/photos/{draw.choice(months)}/tiles?count=200",
            "albums": lambda: "/albums",
            "album": lambda: f"/albums/{draw.choice(albums)}",
            "photo": lambda: f"/photo/{draw.choice(photos)}",
            "picture": lambda: f"/photo/{draw.choice(photos)}/picture/small",
            "api_status": lambda: "/api/status",
        }
        for name, path in pages.items():
            if name == "album" and not albums:
                continue
            times = [_milliseconds(c, path()) for _ in range(rounds + 1)]
            first, rest = times[0], sorted(times[1:])
            found[name] = {
                "first_ms": round(first, 1),
                "median_ms": round(rest[len(rest) // 2], 1),
                "p95_ms": round(rest[math.ceil(0.95 * len(rest)) - 1], 1),
            }
        status = Path(f"/proc/{pid}/status").read_text()
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        found["peak_mib"] = round(int(peak[1]) / 1024) if peak else None
        found["months"], found["albums_count"] = len(months), len(albums)
    return found


def _open(client: httpx.Client, access: Access) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            client.get(f"/open/{access.token}").raise_for_status()
        except httpx.ConnectError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _milliseconds(client: httpx.Client, path: str) -> float:
    started = time.perf_counter()
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("items", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    make_library(options.items, options.folder)
    found = measure_pages(options.folder, options.rounds)
    for name, figures in found.items():
        print(name, json.dumps(figures))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
