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

from photo_assets.defs.history_sources import history_sources
from photo_assets.defs.identity.photos import join_photos
from photo_assets.defs.joins import metadata_months
from photo_assets.lake.inputs import fingerprint_files, item_files, photo_files
from photo_assets.lake.views import view_stored
from photo_assets.library import open_workspace
from photo_assets.model.rows import changed_rows
from photo_assets.model.tables import CONFLICTS, ITEMS, MEMBERS, UNIFIED
from photo_assets.vault.history.writing import write_history
from photo_assets.workspace import Workspace
from photo_assets_tests.bench.lake.plan import Plan
from photo_assets_tests.bench.lake.planted import planted
from photo_assets_tests.bench.lake_at_scale import write_lake
from photo_assets_tests.bench.meter import Meter

CONFIGURATION = "data_dir: data\n"

GATE = """
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
        "joined": made.joined,
        "changed": [part.changed for months in made.tables.values() for part in months.values()],
        "digests": made.made.tables,
    }


def metadata(workspace: Workspace, plan: Plan) -> dict[str, Any]:
    """Make the months of `metadata/unified` and `metadata/conflicts` that are due."""
    made = 0
    for kind in (UNIFIED, CONFLICTS):
        months = metadata_months(workspace, kind)
        due = months.due()
        for month in due:
            months.make(month, due)
        made += len(due)
    return {"months": made}


def history(workspace: Workspace, plan: Plan) -> dict[str, Any]:
    """Commit the months of the history that are due."""
    sources = history_sources(workspace)
    assert sources is not None
    written = write_history(sources, plan.revision)
    return {
        "photos_compared": written.photos,
        "photos_new": written.new,
        "photos_changed": written.changed,
        "written_bytes": written.bytes_written,
        "committed": written.committed,
    }


def edit(workspace: Workspace, plan: Plan) -> dict[str, Any]:
    """Give one photo of Lightroom, of the middle of its months, another caption."""
    asset = ("catalog", "lightroom")
    months = workspace.lake.names(asset)
    month = months[len(months) // 2]
    table = workspace.lake.read(asset, month, ITEMS)
    first = table["native_id"][0].as_py()

    def change(row: dict[str, Any]) -> dict[str, Any]:
        return {"caption": "Edited."} if row["native_id"] == first else {}

    workspace.lake.write(asset, month, ITEMS, changed_rows(table, change))
    return {}


def gate(workspace: Workspace, plan: Plan) -> dict[str, Any]:
    """Hold the photos against those that were planted."""
    with duckdb.connect() as connection:
        connection.register("planted", planted(plan))
        view_stored(connection, "members", MEMBERS, photo_files(workspace.lake, MEMBERS))
        items, found, there, pairs = connection.execute(GATE).fetchall()[0]
    return {"as_planted": items == plan.all_items and found == there == pairs == plan.photos}


STEPS: dict[str, Callable[[Workspace, Plan], dict[str, Any]]] = {
    step.__name__: step for step in (lake, floor, photos, metadata, history, edit, gate)
}


def main() -> None:
    """Run the named step; the last line of the output is its result as JSON."""
    step, folder, *numbers = sys.argv[1:]
    items, months, revision = map(int, numbers)
    workspace = open_workspace(Path(folder) / "photosync.yaml")
    workspace.ledger  # noqa: B018 - opened and migrated before the clock starts
    meter = Meter()
    facts = STEPS[step](workspace, Plan(items, months, revision=revision))
    print(json.dumps(meter.result(**facts)))


if __name__ == "__main__":
    main()
