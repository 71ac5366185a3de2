"""The steps `metadata_scale` measures. Each runs in a process of its own, over one data folder.

    python -m photo_assets_tests.bench.metadata_steps STEP FOLDER [ITEMS]

`FOLDER/lake` is the lake. The last line of the output is the step's result as JSON.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from photo_assets.configuration.loading import Configuration
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.defs.identity.photos import join_photos
from photo_assets.defs.joins import metadata_months, photos_made
from photo_assets.lake.inputs import fingerprint_files, item_files, photo_files
from photo_assets.ledger.decisions import Decision, Decisions
from photo_assets.model.tables import CONFLICTS, MEMBERS, PHOTOS, UNIFIED, TableKind
from photo_assets.workspace import Workspace
from photo_assets_tests.bench.lake.plan import Plan
from photo_assets_tests.bench.lake_at_scale import write_lake
from photo_assets_tests.bench.metadata_gate import faults
from photo_assets_tests.bench.meter import Meter

_ANSWERED = 10  # of so many disagreements one is answered


def workspace_of(folder: Path) -> Workspace:
    """Return the workspace whose data lies in `folder`, with the settings of a new project."""
    return Workspace(Configuration(PhotosyncSettings(), None, folder))


def make(workspace: Workspace, items: int) -> dict[str, Any]:
    """Write the lake, join its photos and answer some of their conflicts, what is there apart."""
    lake = workspace.lake
    plan = Plan(items, months=min(300, max(items // 300, 6)))
    if not item_files(lake):
        write_lake(lake, plan)
    found = sum(pq.read_metadata(file).num_rows for file in item_files(lake))
    if found != items:
        raise ValueError(f"the lake holds {found:,} items, not {items:,}")
    if not photo_files(lake, PHOTOS):
        join_photos(workspace)
    if not Decisions(workspace.ledger).all():
        _write(workspace, CONFLICTS)
        _answer_some(workspace)
    return {"items": items}


def floor(meter: Meter, workspace: Workspace) -> dict[str, Any]:
    """Read in full every file that the metadata is made of."""
    lake = workspace.lake
    files = [*item_files(lake), *fingerprint_files(lake)]
    files += [*photo_files(lake, PHOTOS), *photo_files(lake, MEMBERS)]
    with meter.stage("read"):
        # In one thread: over a thousand small files, more cost more CPU time.
        rows = sum(pq.ParquetFile(file).read(use_threads=False).num_rows for file in files)
    return {"rows": rows}


def unified(meter: Meter, workspace: Workspace) -> dict[str, Any]:
    """Do what the asset `metadata/unified` does."""
    with meter.stage("all"):
        return _write(workspace, UNIFIED)


def conflicts(meter: Meter, workspace: Workspace) -> dict[str, Any]:
    """Do what the asset `metadata/conflicts` does."""
    with meter.stage("all"):
        return _write(workspace, CONFLICTS)


def gate(_meter: Meter, workspace: Workspace) -> dict[str, Any]:
    """Say what is wrong with the two tables."""
    return {"faults": faults(workspace.lake, Decisions(workspace.ledger).all())}


def _write(workspace: Workspace, kind: TableKind) -> dict[str, Any]:
    """Make every month, whether it is due or not."""
    months, made = metadata_months(workspace, kind), photos_made(workspace)
    assert made is not None
    written = [months.make(month, made.months).written for month in made.months]
    return {
        "rows": sum(table.rows for table in written),
        "digest": [table.digest for table in written],
        "changed": any(table.changed for table in written),
    }


def _answer_some(workspace: Workspace) -> None:
    decisions = Decisions(workspace.ledger)
    table = workspace.lake.read_all(("metadata", CONFLICTS.name), CONFLICTS)
    table = table.filter(table["field"].is_valid())
    for row in table.to_pylist()[::_ANSWERED]:
        decision = Decision(
            conflict_id=row["conflict_id"],
            evidence_digest=row["evidence_digest"].hex(),
            values_seen="[]",
            answer=orjson.dumps({"value": orjson.loads(row["proposal"])}).decode(),
            who="benchmark",
        )
        decisions.append(decision)


STEPS: dict[str, Callable[[Meter, Workspace], dict[str, Any]]] = {
    "floor": floor,
    "unified": unified,
    "conflicts": conflicts,
    "gate": gate,
}


def main() -> None:
    """Run the named step; the last line of the output is its result as JSON."""
    step, workspace = sys.argv[1], workspace_of(Path(sys.argv[2]))
    workspace.ledger  # noqa: B018 - opened and migrated here, not in what is measured
    meter = Meter()
    facts = make(workspace, int(sys.argv[3])) if step == "make" else STEPS[step](meter, workspace)
    print(json.dumps(meter.result(**facts)))


if __name__ == "__main__":
    main()
