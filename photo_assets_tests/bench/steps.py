"""The steps `sync_scale` measures. Each runs in a process of its own, in a collection's folder.

    DAGSTER_HOME=FOLDER python -m photo_assets_tests.bench.steps STEP

The jobs are those the sensors and `photosync discover` start, on the instance dagster.yaml names.
"""

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any

import dagster as dg

from photo_assets.catalogs.discovery.months import load_staged, pending_months
from photo_assets.catalogs.registry import SOURCES
from photo_assets.defs import load
from photo_assets.defs.catalog_states import online_since
from photo_assets.defs.jobs import CATALOG, FINGERPRINT, JOIN, OBSERVE
from photo_assets.defs.joins import metadata_due, photos_due
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.source.observing import discover_source
from photo_assets.defs.source.watching import watch_source
from photo_assets.defs.tags import range_tags
from photo_assets.identity.monthly import due_months
from photo_assets.library import open_workspace
from photo_assets.model.tables import CONFLICTS, ITEMS, UNIFIED
from photo_assets.workspace import Workspace
from photo_assets_tests.bench.meter import Meter
from photo_assets_tests.defs.pictures import make_picture


class Runner:
    """Executes jobs of the project on the instance of $DAGSTER_HOME."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        with meter.stage("definitions"):
            self.workspace = open_workspace()
            self.definitions = load()
            self.instance = dg.DagsterInstance.get()

    def execute(self, job: str, tags: dict[str, str] | None = None) -> None:
        """Execute one job. Raises what its steps raise."""
        with self.meter.stage(job):
            self.definitions.resolve_job_def(job).execute_in_process(
                instance=self.instance, tags=tags or {}
            )

    def metadata(self) -> int:
        """Observe every source and write the months that changed; return how many."""
        for source in SOURCES:
            self.execute(OBSERVE[source].name)
        changed = 0
        for source in SOURCES:
            staged = load_staged(self.workspace.staging, source)
            months = pending_months(staged, self.workspace.lake)
            changed += len(months)
            if months:
                self.execute(CATALOG[source].name, range_tags(months))
        return changed


def sync_metadata(meter: Meter) -> dict[str, Any]:
    """Observe and write catalogs' months; no photo is opened by it."""
    runner = Runner(meter)
    months = runner.metadata()
    return {"items": _rows(runner.workspace, "catalog"), "months_written": months}


def edit_and_sync(meter: Meter) -> dict[str, Any]:
    """Rate one picture in Lightroom, add one file to the folders, and sync."""
    runner = Runner(meter)
    collection = runner.workspace.data_dir.parent / "collection"
    with closing(sqlite3.connect(collection / "lightroom/bench.lrcat")) as catalog:
        catalog.execute(
            "UPDATE Adobe_images SET rating = 6 - ifnull(rating, 3), touchCount = touchCount + 1 "
            "WHERE id_local = (SELECT max(id_local) FROM Adobe_images)"
        )
        catalog.commit()
    folder = collection / "folders/2010/06"
    number = len(list(folder.glob("new-*.jpg")))
    make_picture(folder / f"new-{number}.jpg", datetime(2010, 6, 1, 12), seed=number)
    return {"months_written": runner.metadata()}


def tick(meter: Meter) -> dict[str, Any]:
    """Do what the sensors do when every poll is due; twice, as in a process that lives on."""
    with meter.stage("definitions"):
        workspace = open_workspace()
        load()
    found = {}
    for round_ in ("first", "again"):
        for source in SOURCES:
            with meter.stage(f"{round_}: {source}"):
                watch = watch_source(workspace, source, {})
            found[source] = len(watch.changed) + len(watch.pending)
        with meter.stage(f"{round_}: fingerprints due"):
            due_months(workspace.lake, online_since(workspace))
    return {"found_to_do": sum(found.values())}


def discover_again(meter: Meter) -> dict[str, Any]:
    """Scan every catalog although nothing changed, with the tokens of the last scan."""
    with meter.stage("definitions"):
        library = PhotoLibrary()
        library.workspace.ledger  # noqa: B018 - opened and migrated here, not in the first source
    read, standing = 0, 0
    for source in SOURCES:
        with meter.stage(source):
            done, errors = discover_source(library, source, full=False, log=print)
        assert not errors
        standing += sum(found.accounting.unchanged for found in done)
        read += sum(found.accounting.written - found.accounting.unchanged for found in done)
    return {"unchanged": standing, "read_again": read}


def fingerprint(meter: Meter) -> dict[str, Any]:
    """Read every file of every month that is due."""
    runner = Runner(meter)
    due = due_months(runner.workspace.lake, online_since(runner.workspace))
    if due:
        runner.execute(FINGERPRINT["all"].name, range_tags(due))
    return {"months": len(due), "fingerprints": _rows(runner.workspace, "identity")}


def join(meter: Meter) -> dict[str, Any]:
    """Join items to photos and their metadata to one view."""
    runner = Runner(meter)
    if photos := photos_due(runner.workspace):
        runner.execute(JOIN["photos"].name, range_tags(photos))
    if months := metadata_due(runner.workspace):
        runner.execute(JOIN["metadata"].name, range_tags(months))
    lake = runner.workspace.lake
    return {
        kind.name: lake.read_all(("metadata", kind.name), kind, ["photo_id"]).num_rows
        for kind in (UNIFIED, CONFLICTS)
    }


def _rows(workspace: Workspace, layer: str) -> int:
    lake = workspace.lake
    wanted = {"catalog": ITEMS.name, "identity": "fingerprints"}[layer]
    footers = [
        lake.footer((layer, asset), name)
        for asset in lake.assets(layer)
        for name in lake.names((layer, asset))
    ]
    return sum(footer.rows for footer in footers if footer and footer.table == wanted)


STEPS: dict[str, Callable[[Meter], dict[str, Any]]] = {
    "first metadata sync": sync_metadata,
    "tick, no change": tick,
    "discover, no change": discover_again,
    "sync, no change": sync_metadata,
    "sync, one edit": edit_and_sync,
    "fingerprints": fingerprint,
    "joins": join,
    "joins, no change": join,
}


def main() -> None:
    """Run the named step; the last line of the output is its result as JSON."""
    meter = Meter()
    facts = STEPS[sys.argv[1]](meter)
    print(json.dumps(meter.result(**facts)))


if __name__ == "__main__":
    main()
