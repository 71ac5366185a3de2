"""The steps `joins_scale` measures. Each runs in a process of its own, in a workspace's folder.

python -m photo_assets_tests.bench.join_steps STEP FOLDER ITEMS MONTHS REVISION
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from photo_assets.defs.identity.photos import join_photos
from photo_assets.model.tables import MEMBERS
from photo_assets.store.lake.inputs import fingerprint_files, item_files
from photo_assets.store.workspace import Workspace
from photo_assets_tests.bench.lake.plan import Plan
from photo_assets_tests.bench.lake.planted import planted
from photo_assets_tests.bench.lake_at_scale import write_lake
from photo_assets_tests.bench.meter import Meter

CONFIGURATION = "data_dir: data\n"

_GATE = """
SELECT count(*), count(DISTINCT photo_id), count(DISTINCT planted),
       count(DISTINCT (photo_id, planted))
FROM members JOIN planted USING (source, catalog, native_id)
"""


def lake(workspace: Workspace, plan: Plan) -> dict[str, Any]:
    """Write the synthetic lake."""
    write_lake(workspace.lake, plan)
    return {}


def floor(workspace: Workspace, plan: Plan) -> dict[str, Any]:
    """Read every column of the files that the join is made from, and do nothing with them."""
    files = [*item_files(workspace.lake), *fingerprint_files(workspace.lake)]
    return {"rows": sum(pq.ParquetFile(file).read().num_rows for file in files)}


def photos(workspace: Workspace, plan: Plan) -> dict[str, Any]:
    """Do what the asset `identity/photos` does."""
    made = join_photos(workspace)
    summary = made.summary
    return {
        "items": summary.items,
        "photos": summary.photos,
        "new": summary.new_photos,
        "merged": summary.merged_photos,
        "split": summary.split_photos,
        "keys": summary.keys_written,
        "changed": [part.changed for part in made.tables],
        "digests": [part.digest for part in made.tables],
    }


def gate(workspace: Workspace, plan: Plan) -> dict[str, Any]:
    """Hold the photos against those that were planted."""
    path = workspace.lake.path(("identity", "photos"), MEMBERS.name)
    with duckdb.connect() as connection:
        connection.register("planted", planted(plan))
        connection.read_parquet(str(path)).create_view("members")
        items, found, there, pairs = connection.execute(_GATE).fetchall()[0]
    return {"as_planted": items == plan.all_items and found == there == pairs == plan.photos}


STEPS: dict[str, Callable[[Workspace, Plan], dict[str, Any]]] = {
    step.__name__: step for step in (lake, floor, photos, gate)
}


def main() -> None:
    """Run the named step; the last line of the output is its result as JSON."""
    step, folder, *numbers = sys.argv[1:]
    items, months, revision = map(int, numbers)
    workspace = Workspace.open(Path(folder) / "photosync.yaml")
    workspace.ledger  # noqa: B018 - opened and migrated before the clock starts
    meter = Meter()
    facts = STEPS[step](workspace, Plan(items, months, revision=revision))
    print(json.dumps(meter.result(**facts)))


if __name__ == "__main__":
    main()
