"""The steps of the asset stage. Each runs in a process of its own, in a collection's folder.

    DAGSTER_HOME=FOLDER python -m photo_assets_tests.bench.asset.program STEP

`prepare` reads the catalog and writes its months; `asset` runs the fingerprint job over them;
`engine` calls the function that job calls, with the same options, over the same items. Each prints
its result as the last line: seconds of the work itself (no imports, no definitions) and a digest of
all fingerprints.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa

from photo_assets.catalogs.discovery.months import load_staged, pending_months
from photo_assets.defs import load
from photo_assets.defs.identity.options import fingerprint_options
from photo_assets.defs.jobs import CATALOG, FINGERPRINT, OBSERVE
from photo_assets.defs.tags import range_tags
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.run import fingerprint_items
from photo_assets.identity.last_known import ASSET
from photo_assets.identity.monthly import read_items
from photo_assets.library import open_workspace
from photo_assets.model.tables import FINGERPRINTS
from photo_assets.thumbnails.tree import ThumbnailTree
from photo_assets.workspace import Workspace
from photo_assets_tests.bench.cost import cost_of
from photo_assets_tests.bench.meter import Meter
from photo_assets_tests.bench.steps import Runner

Result = dict[str, Any]


def prepare() -> Result:
    """Observe the folder and write the months of its catalog."""
    runner = Runner(Meter())
    runner.execute(OBSERVE["folders"].name)
    workspace = runner.workspace
    months = pending_months(load_staged(workspace.staging, "folders"), workspace.lake)
    runner.execute(CATALOG["folders"].name, range_tags(months))
    return {"items": _items(workspace).num_rows}


def asset() -> Result:
    """Run the job the sensor starts."""
    workspace = open_workspace()
    instance = dg.DagsterInstance.get()
    job = load().resolve_job_def(FINGERPRINT["all"].name)
    tags = range_tags(_months(workspace))
    cost, _ = cost_of(lambda: job.execute_in_process(instance=instance, tags=tags))
    lake = workspace.lake
    tables = [lake.read(ASSET, month, FINGERPRINTS) for month in lake.names(ASSET)]
    return {**asdict(cost), **_digest(pa.concat_tables(tables))}


def engine() -> Result:
    """Call the engine alone, with a cache and thumbnails of its own."""
    workspace = open_workspace()
    items = _items(workspace)
    with tempfile.TemporaryDirectory(dir=workspace.data_dir) as scratch:
        tree = ThumbnailTree(Path(scratch, "thumbs"))
        options = replace(fingerprint_options(workspace), thumbnails=tree)
        with closing(FingerprintCache(Path(scratch, "fingerprints.sqlite"))) as cache:
            cost, run = cost_of(lambda: fingerprint_items(items, cache, options))
    return {**asdict(cost), **_digest(run.table)}


def _months(workspace: Workspace) -> list[str]:
    return list(workspace.lake.names(("catalog", "folders")))


def _items(workspace: Workspace) -> pa.Table:
    return pa.concat_tables([read_items(workspace.lake, m) for m in _months(workspace)])


def _digest(table: pa.Table) -> Result:
    """Return how many rows there are and a digest of what they say of the photos."""
    rows = table.select(["native_id", "status", "sha256", "phash"]).to_pylist()
    rows.sort(key=lambda row: row["native_id"])
    return {
        "rows": len(rows),
        "ok": sum(1 for row in rows if row["status"] == "ok"),
        "digest": hashlib.sha256(repr(rows).encode()).hexdigest(),
    }


STEPS: dict[str, Callable[[], Result]] = {"prepare": prepare, "asset": asset, "engine": engine}


def main() -> None:
    """Run the named step."""
    print(json.dumps(STEPS[sys.argv[1]]()))


if __name__ == "__main__":
    main()
