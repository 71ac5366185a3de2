"""Measures the first reading of a large Drive, one without changes, and one after few changes.

    python -m photo_assets_tests.bench.google_drive 200000

The stand-in runs in a process of its own. The least number of calls is one for every full page, the
position of the change feed before, and for a tick the one page of changes that says there are none.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.following import let_follow
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.google_drive.catalog import GoogleDriveCatalog
from photo_assets.catalogs.google_drive.credentials import SCOPE
from photo_assets.catalogs.google_drive.settings import GoogleDriveSettings
from photo_assets.catalogs.google_drive.sign_in import SIGN_IN
from photo_assets.ledger import open_ledger
from photo_assets.service_calls import RateLimitedCaller
from photo_assets.sign_in.access import Access, token_values
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.keys import Key, new_key
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets_tests.bench.meter import Meter
from photo_assets_tests.services.google_drive.oauth import CLIENT_ID, CLIENT_SECRET
from photo_assets_tests.services.server import running_process

_PAGE = 1_000
_PER_FOLDER = 500


class GateError(Exception):
    """A reading did not find what is there: its speed means nothing."""


def measure(files: int) -> dict[str, Any]:
    """Read a Drive of `files` photos; return calls, calls over the least possible, MiB and seconds.

    Raises `GateError`.
    """
    module = "photo_assets_tests.services.google_drive"
    with running_process(module, "--files", str(files)) as url:
        module = "photo_assets_tests.bench.google_drive"
        command = [sys.executable, "-m", module, str(files), "--client", url]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise GateError(done.stderr[-2_000:])
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def _read(files: int, url: str, folder: Path) -> dict[str, Any]:
    """Read the Drive at `url` in this process, whose memory is measured."""
    key = Key(new_key(), "the bench")
    store = CredentialStore(folder / "credentials", lambda: key)
    _sign_in(store, url)
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}")
    meter = Meter()
    figures: dict[str, Any] = {}

    def catalog() -> GoogleDriveCatalog:
        settings = GoogleDriveSettings(endpoint=url, requests_per_second=1_000)

        def caller() -> RateLimitedCaller:
            return RateLimitedCaller(ledger, "google_drive/bench", settings.policy)

        access = Access(store, CatalogSignIn("google_drive", "bench", SIGN_IN, url))
        return GoogleDriveCatalog("bench", settings, folder / "listings", access, caller)

    def reading(name: str, least: int) -> Discovery:
        started = time.monotonic()
        with meter.stage(name):
            found = discover(catalog(), folder / "rows")
        calls = int(found.figures["calls"])
        figures[f"{name}_calls"], figures[f"{name}_calls_over_least"] = calls, calls / least
        figures[f"{name}_s"] = round(time.monotonic() - started, 1)
        _require(found.accounting.written == files, f"{found.accounting.written} files were read")
        return found

    folders = math.ceil(files / _PER_FOLDER) + 1
    reading("first", 1 + math.ceil(folders / _PAGE) + math.ceil(files / _PAGE))
    again = reading("nochange", 1)
    _require(again.changed_months == (), "a month was written without a change")
    figures["tick_calls"] = _tick(catalog(), folder)
    affected = _edit(url, files)
    changed = reading("changes", 1)
    spared = changed.accounting.written - changed.accounting.unchanged
    _require(spared == affected, f"{spared} rows changed, not {affected}")
    return {**figures, **meter.result()}


def _edit(url: str, files: int) -> int:
    """Describe a photo and rename its folder; return how many rows that affects."""
    with httpx.Client(base_url=url, timeout=600, trust_env=False) as person:

        def order(call: str, **arguments: object) -> object:
            sent = person.post("/__account", json={"call": call, "arguments": arguments})
            return sent.raise_for_status().json()

        photo = str(order("add_file", name="last.jpg"))
        order("delete", file_id=photo)
        folder = str(order("find", name="Roll 0000"))
        order("rename", file_id=folder, name="The first roll")
        order("edit", file_id=str(order("find", name="IMG_000000.JPG")), description="The first")
    return min(files, _PER_FOLDER)


def _tick(catalog: GoogleDriveCatalog, folder: Path) -> int:
    place = catalog_folder(folder / "rows", "google_drive", "bench")
    manifest = load_manifest(place)
    let_follow(catalog, place, manifest)
    token = catalog.probe(time.monotonic() + 600).token
    _require(manifest is not None and token == manifest.token, "a tick saw a change")
    return int(catalog.figures()["calls"])


def _sign_in(store: CredentialStore, url: str) -> None:
    asked = {"client_id": CLIENT_ID, "redirect_uri": "http://127.0.0.1:9/", "scope": SCOPE}
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    with httpx.Client(base_url=url, trust_env=False) as browser:
        sent = browser.get("/o/oauth2/v2/auth", params=asked)
        code = parse_qs(urlsplit(sent.headers["location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, **client}
        reply = browser.post("/token", data={**form, "redirect_uri": asked["redirect_uri"]})
    values = token_values(reply.raise_for_status().json(), datetime(2100, 1, 1))
    known = {"kind": "oauth2", "endpoint": url, "account": "bench"}
    store.write("google_drive", "bench", {**known, **client, **values})


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise GateError(sentence)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m photo_assets_tests.bench.google_drive")
    parser.add_argument("files", type=int, nargs="?", default=200_000)
    parser.add_argument("--client", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.client:
            found = _read(given.files, given.client, Path(folder))
        else:
            found = measure(given.files)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
