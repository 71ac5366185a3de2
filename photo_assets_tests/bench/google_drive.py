"""Measures the readings of a large Drive: see `online_readings`.

    python -m photo_assets_tests.bench.google_drive 200000

The least number of calls is one for every full page, the position of the change feed before, and
for a tick the one page of changes that says there are none.
"""

import argparse
import math
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from photo_assets.catalogs.google_drive.catalog import GoogleDriveCatalog
from photo_assets.catalogs.google_drive.credentials import SCOPE
from photo_assets.catalogs.google_drive.settings import GoogleDriveSettings
from photo_assets.catalogs.google_drive.sign_in import SIGN_IN
from photo_assets.service_calls import RateLimitedCaller
from photo_assets.sign_in.access import Access, token_values
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets_tests.bench.online_readings import (
    CHANGES,
    FIRST,
    NOCHANGE,
    TICK,
    Account,
    add_arguments,
    run,
)
from photo_assets_tests.configured import workspace_of
from photo_assets_tests.services.oauth.google import CLIENT_ID, CLIENT_SECRET

_PAGE = 1_000
_PER_FOLDER = 500


class Drive(Account):
    """A Drive of `files` photos."""

    module = "photo_assets_tests.bench.google_drive"

    def __init__(self, files: int) -> None:
        self.items, self.size = files, [str(files)]
        self.stand_in = ["photo_assets_tests.services.google_drive", "--files", str(files)]
        folders = math.ceil(files / _PER_FOLDER) + 1
        first = 1 + math.ceil(folders / _PAGE) + math.ceil(files / _PAGE)
        self.least = {FIRST: first, NOCHANGE: 1, TICK: 1, CHANGES: 1}

    def sign_in(self, url: str, folder: Path) -> None:
        """Store a sign-in for the Drive at `url`."""
        asked = {"client_id": CLIENT_ID, "redirect_uri": "http://127.0.0.1:9/", "scope": SCOPE}
        client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        with httpx.Client(base_url=url, trust_env=False) as browser:
            sent = browser.get("/o/oauth2/v2/auth", params=asked)
            code = parse_qs(urlsplit(sent.headers["location"]).query)["code"][0]
            form = {"grant_type": "authorization_code", "code": code, **client}
            reply = browser.post("/token", data={**form, "redirect_uri": asked["redirect_uri"]})
        values = token_values(reply.raise_for_status().json(), datetime(2100, 1, 1))
        known = {"kind": "oauth2", "endpoint": url, "account": "bench"}
        store = workspace_of({}, folder).credentials
        store.write("google_drive", "bench", {**known, **client, **values})

    def catalog(self, url: str, folder: Path) -> GoogleDriveCatalog:
        """Return the catalog of the Drive at `url`."""
        workspace = workspace_of({}, folder)
        settings = GoogleDriveSettings(endpoint=url, requests_per_second=1_000)
        access = Access(workspace.credentials, CatalogSignIn("google_drive", "bench", SIGN_IN, url))

        def caller() -> RateLimitedCaller:
            return RateLimitedCaller(workspace.ledger, "google_drive/bench", settings.policy)

        return GoogleDriveCatalog("bench", settings, folder / "listings", access, caller)

    def edit(self, url: str) -> int:
        """Describe a photo, rename its folder, add and delete another; return the rows affected."""
        with httpx.Client(base_url=url, timeout=600, trust_env=False) as person:

            def order(call: str, **arguments: object) -> object:
                sent = person.post("/__account", json={"call": call, "arguments": arguments})
                return sent.raise_for_status().json()

            photo = str(order("add_file", name="last.jpg"))
            order("delete", file_id=photo)
            roll = str(order("find", name="Roll 0000"))
            order("rename", file_id=roll, name="The first roll")
            order("edit", file_id=str(order("find", name="IMG_000000.JPG")), description="First")
        return min(self.items, _PER_FOLDER)


def main() -> None:
    parser = argparse.ArgumentParser(prog=f"python -m {Drive.module}")
    parser.add_argument("files", type=int, nargs="?", default=200_000)
    add_arguments(parser)
    given = parser.parse_args()
    run(Drive(given.files), given)


if __name__ == "__main__":
    main()
