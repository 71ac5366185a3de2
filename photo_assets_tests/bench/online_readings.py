"""Measuring the readings of a large account: the first, one without changes, one after a few.

Which service it is, and how many calls are the least, is stated by the program of each service.
Every reading is a process of its own, so that its peak memory is its own. The stand-in is another.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from photo_assets.catalogs.discovery.discover import catalog_folder, discover
from photo_assets.catalogs.discovery.following import let_follow
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.online.catalog import OnlineCatalog
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.bench.meter import Meter
from photo_assets_tests.services.server import running_process

FIRST: Final = "first"
NOCHANGE: Final = "nochange"
TICK: Final = "tick"
CHANGES: Final = "changes"


class GateError(Exception):
    """A reading did not find what is there: its speed means nothing."""


class Account(ABC):
    """A large account. `module` is the program that describes it, `size` its arguments.

    `items` are in it, and `least` are the fewest calls of each reading.
    """

    module: str
    stand_in: list[str]
    size: list[str]
    items: int
    least: Mapping[str, int]

    @abstractmethod
    def sign_in(self, url: str, folder: Path) -> None:
        """Store a sign-in for the account at `url`."""

    @abstractmethod
    def catalog(self, url: str, folder: Path) -> OnlineCatalog:
        """Return a catalog that reads the account at `url`, with all its files in `folder`."""

    @abstractmethod
    def edit(self, url: str) -> int:
        """Make a few changes at the service; return how many rows they change."""


def measure(account: Account) -> dict[str, Any]:
    """Return calls, calls over the least possible, MiB and seconds of each reading.

    Raises `GateError`.
    """
    figures: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory(prefix="photo_assets-online-") as folder,
        running_process(*account.stand_in) as url,
    ):
        command = [sys.executable, "-m", account.module, *account.size, "--folder", folder]
        variables = {
            **os.environ,
            KEY_VARIABLE: new_key(),
            "ARROW_DEFAULT_MEMORY_POOL": "system",  # as in every process of photosync
        }
        for reading in (FIRST, NOCHANGE, TICK, CHANGES):
            done = subprocess.run(
                [*command, "--client", url, "--reading", reading],
                env=variables,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise GateError(done.stderr[-2_000:])
            figures.update(json.loads(done.stdout))
    return figures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what tells a process of `measure` which reading is its own."""
    parser.add_argument("--client", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--reading", help=argparse.SUPPRESS)


def run(account: Account, given: argparse.Namespace) -> None:
    """Measure all readings, or be one of them, and print the figures."""
    found = _read(account, given) if given.client else measure(account)
    print(json.dumps(found, indent=1))


def _read(account: Account, given: argparse.Namespace) -> dict[str, Any]:
    name, url, folder = given.reading, given.client, given.folder
    staging, changed = folder / "rows", 0
    if name == FIRST:
        account.sign_in(url, folder)
    if name == CHANGES:
        changed = account.edit(url)
    catalog = account.catalog(url, folder)
    meter, started = Meter(), time.monotonic()
    with meter.stage(name):
        if name == TICK:
            place = catalog_folder(staging, catalog.source, catalog.name)
            manifest = load_manifest(place)
            let_follow(catalog, place, manifest)
            token = catalog.probe(started + 600).token
            _require(manifest is not None and token == manifest.token, "a tick saw a change")
        else:
            found = discover(catalog, staging)
            count = found.accounting
            _require(count.balanced and not count.failed, f"{count.failed} entries failed")
            if name != CHANGES:
                _require(count.written == account.items, f"{count.written} items were read")
            if name == NOCHANGE:
                _require(found.changed_months == (), "a month was written without a change")
            if name == CHANGES:
                rewritten = count.written - count.unchanged
                _require(rewritten == changed, f"{rewritten} rows changed, not {changed}")
    calls = int(catalog.figures()["calls"])
    return {
        f"{name}_calls": calls,
        f"{name}_calls_over_least": round(calls / account.least[name], 4),
        f"{name}_s": round(time.monotonic() - started, 1),
        f"{name}_cpu_s": meter.stages[0]["cpu_s"],
        f"{name}_peak_mib": meter.result()["peak_mib"],
    }


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise GateError(sentence)
