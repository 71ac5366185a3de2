"""A library whose catalogs are read and fingerprinted as a run does it, without Dagster."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from photo_assets.catalogs.discovery.discover import discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.months import load_staged, pending_months, write_month
from photo_assets.catalogs.fetching import RemoteContents
from photo_assets.catalogs.keeping import KeptContents, kept_catalogs
from photo_assets.catalogs.registry import SOURCES, build_catalogs
from photo_assets.configuration.loading import Configuration
from photo_assets.defs.catalog_states import online_since
from photo_assets.defs.identity.options import fingerprint_options
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import Recall
from photo_assets.identity.fingerprints.run import FingerprintRun, fingerprint_items
from photo_assets.identity.monthly import MonthMade, MonthMaker, Report, due_months
from photo_assets.identity.only_online import only_online
from photo_assets.library import SETTINGS
from photo_assets.model.tables import FINGERPRINTS, ORIGINALS
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.months import (
    OriginalsMonth,
    incomplete_months,
    make_month,
    open_available,
)
from photo_assets.vault.months import due_months as due_copies
from photo_assets.workspace import Workspace

FAST = {"requests_per_second": 1000.0, "longest_wait_minutes": 0.2, "timeout_seconds": 10}


class Library:
    """One data folder. `catalogs` and `fingerprints` are the settings of the next steps.

    `made`: the months of fingerprints that the last run made.
    """

    def __init__(self, folder: Path, catalogs: dict[str, Any], **fingerprints: Any) -> None:
        self.folder = folder
        self.vault: dict[str, Any] = {}
        self.catalogs = catalogs
        self.fingerprints: dict[str, Any] = {"workers": 2, **fingerprints}
        self.made: list[MonthMade] = []

    @property
    def workspace(self) -> Workspace:
        """A new process's view of the folder."""
        stated = {"catalogs": self.catalogs, "fingerprints": self.fingerprints}
        stated["vault"] = self.vault
        return Workspace(Configuration(SETTINGS.model_validate(stated), None, self.folder))

    @property
    def scratch(self) -> list[Path]:
        """The files in the scratch space."""
        folder = self.workspace.scratch / "fetch"
        return sorted(one for one in folder.glob("*") if one.name != ".lock")

    def allow(self, fetch: str) -> None:
        """Change the setting `fetch` of all online catalogs."""
        self.catalogs = {
            source: {name: {**one, "fetch": fetch} if "endpoint" in one else one
                     for name, one in named.items()}
            for source, named in self.catalogs.items()
        }  # fmt: skip

    def read(self) -> None:
        """Read the catalogs."""
        workspace = self.workspace
        for source in SOURCES:
            for catalog in build_catalogs(workspace, source):
                discover(catalog, workspace.staging, guard=Guard(percent=100.0))
            staged = load_staged(workspace.staging, source)
            for month in pending_months(staged, workspace.lake):
                write_month(staged, workspace.lake, month)

    def fingerprint(
        self, *, retry: bool = False, only: Callable[[str], bool] = bool
    ) -> list[FingerprintRun]:
        """Fingerprint the months that are due, and return what was done. `only`: of these months."""
        workspace, runs = self.workspace, list[FingerprintRun]()
        since = online_since(workspace)
        with closing(FingerprintCache(workspace.fingerprint_cache)) as cache:
            self.made = []

            def make(months: list[str], remote: RemoteContents) -> None:
                options = replace(fingerprint_options(workspace), remote=remote)

                def read(items: pa.Table, report: Report, recall: Recall) -> FingerprintRun:
                    run = fingerprint_items(items, cache, options, report, recall)
                    runs.append(run)
                    counted = run.computed + run.cached + run.unavailable + run.failed
                    assert run.found == counted == items.num_rows
                    return run

                maker = MonthMaker(workspace.lake, months, read, since, lambda _done, _total: None)
                self.made += [maker.make(month) for month in months]

            due = due_months(workspace.lake, since, retry=retry)
            make([*filter(only, due)], KeptContents(workspace))
            kept = only_online(workspace.lake, kept_catalogs(workspace), since)
            again = sorted(filter(only, kept))
            if again:
                make(again, KeptContents(workspace, set().union(*kept.values())))
        assert self.scratch == []
        return runs

    def store(self, name: str, *, create: bool = True) -> FolderStore:
        """Configure a store of the vault, and create it unless it is not connected yet."""
        store = FolderStore(name, self.folder / "stores" / name)
        if create:
            store.root.parent.mkdir(parents=True, exist_ok=True)
            store.create()
        self.vault.setdefault("stores", {})[name] = {"folder": str(store.root)}
        return store

    def copy(self, *, retry: bool = False) -> list[OriginalsMonth]:
        """Copy the originals of the months that are due to the stores, and return what was done."""
        workspace = self.workspace
        lake, stores, online = workspace.lake, workspace.stores, RemoteContents(workspace)
        due = {*due_copies(lake, open_available(stores))}
        due |= {*incomplete_months(lake)} if retry else set()
        return [make_month(lake, stores, month, online) for month in sorted(due)]

    def originals(self) -> dict[bytes | None, dict[str, Any]]:
        """Return the rows of originals by blob; None: an item whose download failed."""
        table = self.workspace.lake.read_all(("vault", "originals"), ORIGINALS)
        return {row["sha256"]: row for row in table.to_pylist()}

    def sync(self, *, retry: bool = False) -> list[FingerprintRun]:
        self.read()
        return self.fingerprint(retry=retry)

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the rows of fingerprints by native id."""
        lake = self.workspace.lake
        asset = ("identity", "fingerprints")
        tables = [lake.read(asset, month, FINGERPRINTS) for month in lake.names(asset)]
        return {row["native_id"]: row for table in tables for row in table.to_pylist()}


@contextmanager
def watched(folder: Path) -> Iterator[list[int]]:
    """Record, while the block runs, how many bytes the files of a folder have together."""
    import threading

    sizes: list[int] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            sizes.append(sum(_size(one) for one in folder.glob("*")))
            ended.wait(0.001)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield sizes
    finally:
        ended.set()
        thread.join()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
