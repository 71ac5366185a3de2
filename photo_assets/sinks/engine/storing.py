"""Store a plan: the files of its rows, then the table that lists its parts.

The rows are stored first, and a file that a kept plan refers to is never rewritten: if the process
is killed in between, each plan stays intact.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from photo_assets.lake import Written
from photo_assets.lake.by_month import write_by_month
from photo_assets.model.plans import PLAN, PLAN_PARTS
from photo_assets.sinks.engine.manifest import PlanPart, manifest_table
from photo_assets.sinks.engine.places import (
    PLAN_NAME,
    Plan,
    current_plan,
    give_name,
    keep,
    plan_asset,
    plan_rows_asset,
    rows_folder,
)
from photo_assets.system.durable import require_directory, sync_directory
from photo_assets.workspace import Workspace

PART = "part"


def store_rows(workspace: Workspace, sink: str, tables: Iterable[pa.Table]) -> Mapping[str, Path]:
    """Store the rows of a plan and return the file of each part with rows.

    `tables` are of `model.plans.PLAN` with an additional column `PART`, sorted by it. Raises
    `StorageError`.
    """
    folder = rows_folder(workspace, sink)
    require_directory(folder)
    stored = write_by_month(workspace.lake, plan_rows_asset(sink), PLAN, tables, by=PART)
    files = {}
    for part, written in stored.items():
        files[part] = folder / f"{written.digest}.parquet"
        if not _are_one(written.path, files[part]):
            give_name(written.path, files[part])  # the file just written is intact
    sync_directory(folder)
    return files


def store_plan(
    workspace: Workspace, sink: str, parts: Sequence[PlanPart], extra: Mapping[str, str]
) -> tuple[Plan, Written]:
    """Store a plan with these parts as the current plan, and keep it. Raises `StorageError`.

    `extra` are the other values that identify it (`places`).
    """
    lake, asset = workspace.lake, plan_rows_asset(sink)
    written = lake.write(
        plan_asset(sink), PLAN_NAME, PLAN_PARTS, manifest_table(parts), extra=extra
    )
    files = {part.part: part.file for part in parts}
    for name, file in files.items():  # of another plan that they were in, or lost
        shown = lake.path(asset, name)
        if not _are_one(file, shown) and lake.digest(asset, name) != file.stem:
            give_name(file, shown)
    lake.retain(asset, files)
    plan = current_plan(workspace, sink)
    assert plan is not None
    return keep(workspace, plan), written


def _are_one(file: Path, other: Path) -> bool:
    try:
        return file.samefile(other)
    except FileNotFoundError:
        return False
