"""Measures the first reading of a large SmugMug account, one without changes, and one after few.

    python -m photo_assets_tests.bench.smugmug 1000 100

The stand-in runs in a process of its own. The least number of calls is one for the account, one for
each full page of albums, and one for each full page of the images of an album; a tick needs the
pages of albums alone.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.following import let_follow
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.smugmug.catalog import SmugMugCatalog
from photo_assets.catalogs.smugmug.settings import SmugMugSettings
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.bench.meter import Meter
from photo_assets_tests.configured import workspace_of
from photo_assets_tests.services.control import Control
from photo_assets_tests.services.server import running_process
from photo_assets_tests.services.smugmug.settings import Settings

_MODULE = "photo_assets_tests.bench.smugmug"
_ALBUMS, _IMAGES = 1_000, 100


class GateError(Exception):
    """A reading did not find what is there: its speed means nothing."""


def measure(albums: int, images: int) -> dict[str, Any]:
    """Read `albums` albums of `images` images; return calls, calls over the least, MiB, seconds.

    Raises `GateError`.
    """
    size = [str(albums), str(images)]
    stand_in = ["--albums", size[0], "--images", size[1]]
    with running_process("photo_assets_tests.services.smugmug", *stand_in) as url:
        done = subprocess.run(
            [sys.executable, "-m", _MODULE, *size, "--client", url],
            env={**os.environ, KEY_VARIABLE: new_key()},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise GateError(done.stderr[-2_000:])
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def _read(albums: int, images: int, url: str, folder: Path) -> dict[str, Any]:
    """Read the account at `url` in this process, whose memory is measured."""
    workspace = workspace_of({}, folder)
    given = Settings()
    values = {
        "kind": "oauth1",
        "endpoint": url,
        "client_id": given.api_key,
        "client_secret": given.api_secret,
        "token": given.token,
        "token_secret": given.token_secret,
    }
    workspace.credentials.write("smugmug", "bench", values)
    meter = Meter()
    figures: dict[str, Any] = {}

    def catalog() -> SmugMugCatalog:
        settings = SmugMugSettings(endpoint=url, requests_per_second=1_000)
        return SmugMugCatalog("bench", settings, workspace)

    def reading(name: str, least: int) -> Discovery:
        started = time.monotonic()
        with meter.stage(name):
            found = discover(catalog(), folder / "rows")
        calls = int(found.figures["calls"])
        figures[f"{name}_calls"], figures[f"{name}_calls_over_least"] = calls, calls / least
        figures[f"{name}_s"] = round(time.monotonic() - started, 1)
        return found

    def tick() -> tuple[str | None, int]:
        asked, place = catalog(), catalog_folder(folder / "rows", "smugmug", "bench")
        let_follow(asked, place, load_manifest(place))
        token = asked.probe(time.monotonic() + 600).token
        return token, int(asked.figures()["calls"])

    lists, pages = math.ceil(albums / _ALBUMS), math.ceil(images / _IMAGES)
    first = reading("first", 1 + lists + albums * pages)
    _require(first.accounting.written == albums * images, f"{first.accounting.written} were read")
    again = reading("nochange", lists)
    _require(again.changed_months == (), "a month was written without a change")
    token, figures["tick_calls"] = tick()
    _require(again.manifest is not None and token == again.manifest.token, "a tick saw a change")
    person = Control(url)
    for _ in range(3):
        album = person.order("/__add_album", name="New")["key"]
        person.order("/__add_image", album=album, file_name=f"{album}.jpg")
    changed = reading("changes", math.ceil((albums + 3) / _ALBUMS) + 3)
    spared = changed.accounting.written - changed.accounting.unchanged
    _require(spared == 3, f"{spared} rows changed, not 3")
    return {**figures, **meter.result()}


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise GateError(sentence)


def main() -> None:
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}")
    parser.add_argument("albums", type=int)
    parser.add_argument("images", type=int, help="in each album")
    parser.add_argument("--client", help="URL of a stand-in that runs")
    given = parser.parse_args()
    if given.client:
        with tempfile.TemporaryDirectory() as folder:
            found = _read(given.albums, given.images, given.client, Path(folder))
    else:
        found = measure(given.albums, given.images)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
