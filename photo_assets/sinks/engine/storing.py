"""Putting a plan in its place: the files of its rows, then the table that lists its parts.

The rows come first, and no file that a kept plan names is ever written again: killed in between,
each plan is what it was.
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
    """Store the rows of a plan and return the file of each part that has any.

    `tables` are of `model.plans.PLAN`, with a column `PART`, by which they are ordered. Raises
    `StorageError`.
    """
    folder = rows_folder(workspace, sink)
    require_directory(folder)
    stored = write_by_month(workspace.lake, plan_rows_asset(sink), PLAN, tables, by=PART)
    files = {}
    for part, written in stored.items():
        files[part] = folder / f"{written.digest}.parquet"
        if not _are_one(written.path, files[part]):
            give_name(written.path, files[part])  # what was just written is sound
    sync_directory(folder)
    return files


def store_plan(
    workspace: Workspace, sink: str, parts: Sequence[PlanPart], extra: Mapping[str, str]
) -> tuple[Plan, Written]:
    """Store the plan that has these parts as the current one, and keep it. Raises `StorageError`.

    `extra` is what else identifies it (`places`).
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
