"""Store a plan: the files of its rows, then the table that lists its parts.

The rows are stored first, and a file that a kept plan refers to is never rewritten: if the process
is killed in between, each plan stays intact.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from photo_assets.lake import Lake, Written
from photo_assets.lake.by_month import months_of
from photo_assets.lake.stored import AssetPath
from photo_assets.model.plans import PLAN, PLAN_PARTS
from photo_assets.sinks.engine.manifest import PlanPart, manifest_table
from photo_assets.sinks.engine.plan_store import Plan, current_plan, give_name, keep
from photo_assets.sinks.engine.sink_tables import (
    PARTS_NAME,
    PLAN_NAME,
    plan_asset,
    plan_part_asset,
    plan_part_names,
    plan_parts_asset,
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
    slices = (one for table in tables for one in months_of(table, PART, PLAN.schema.names))
    with workspace.lake.together() as together:
        stored = {
            part: together.write(
                plan_part_asset(sink, part), PLAN_NAME, PLAN, (rows for _, rows in found)
            )
            for part, found in groupby(slices, key=lambda one: one[0])
        }
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

    `extra` are the other values that identify it (`plan_store`).
    """
    lake = workspace.lake
    written = lake.write(
        plan_parts_asset(sink), PARTS_NAME, PLAN_PARTS, manifest_table(parts), extra=extra
    )
    files = {part.part: part.file for part in parts}
    for name, file in files.items():  # of another plan that they were in, or lost
        asset = plan_part_asset(sink, name)
        shown = lake.path(asset, PLAN_NAME)
        if not _are_one(file, shown) and lake.digest(asset, PLAN_NAME) != file.stem:
            require_directory(shown.parent)
            give_name(file, shown)
    for name in plan_part_names(lake, sink):
        if name not in files:
            _drop_part(lake, plan_part_asset(sink, name))
    lake.retain(plan_asset(sink), ())  # a plan of an older version, which is kept by its id
    plan = current_plan(workspace, sink)
    assert plan is not None
    return keep(workspace, plan), written


def _drop_part(lake: Lake, asset: AssetPath) -> None:
    path = lake.path(asset, PLAN_NAME)
    path.unlink(missing_ok=True)
    with suppress(OSError):  # a damaged table that was set aside is still in it
        path.parent.rmdir()


def _are_one(file: Path, other: Path) -> bool:
    try:
        return file.samefile(other)
    except FileNotFoundError:
        return False
