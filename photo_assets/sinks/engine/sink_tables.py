"""The names of a sink's tables in the lake, and the folders of its plans. Nothing is read."""

import hashlib
from pathlib import Path
from typing import Final

from photo_assets.lake.lake import Lake
from photo_assets.lake.stored import AssetPath
from photo_assets.sinks.registry import spec_of
from photo_assets.workspace import Workspace

PARTS_NAME: Final = "parts"
PLAN_NAME: Final = "plan"
DRIFT_NAME: Final = "drift"

_WRITTEN = "_written-"


def plan_parts_asset(sink: str) -> AssetPath:
    """Return the asset with the table that lists the parts of the current plan."""
    return ("sink", f"{sink}_plan_parts")


def plan_asset(sink: str) -> AssetPath:
    """Return the asset with the rows of the current plan, a folder per part.

    Older versions stored the whole plan here as one table, `PLAN_NAME`.
    """
    return ("sink", f"{sink}_plan")


def plan_part_asset(sink: str, part: str) -> AssetPath:
    """Return where the rows of one part are, as the table `PLAN_NAME`."""
    return ("/".join(plan_asset(sink)), part)


def plan_part_names(lake: Lake, sink: str) -> list[str]:
    """Return the parts that have stored rows, sorted."""
    return lake.assets("/".join(plan_asset(sink)))


def outcome_asset(sink: str) -> AssetPath:
    """Return the asset that writes; it contains the differences found by verification."""
    return ("sink", f"{sink}_{spec_of(sink).holds}")


def mirror_asset(sink: str) -> AssetPath:
    """Return the asset with people's entries in the service, one table per month."""
    return ("mirror", sink)


def desired_asset(sink: str) -> AssetPath:
    """Return the asset with the wanted rows, one table per partition."""
    return ("sink", f"{sink}_desired")


def written_asset(sink: str, destination: str) -> AssetPath:
    """Return the asset with the last rows written to `destination`, one table per partition."""
    return ("sink", f"{sink}{_WRITTEN}{destination_name(destination)}")


def written_assets(lake: Lake, sink: str) -> list[AssetPath]:
    """Return the assets with the last written rows of each destination."""
    found = [asset for asset in lake.assets("sink") if asset.startswith(f"{sink}{_WRITTEN}")]
    return [("sink", asset) for asset in found]


def written_files(lake: Lake, sink: str, destination: str) -> list[Path]:
    """Return the files with the last rows written there, as of the last merge of outcomes."""
    return lake.files(written_asset(sink, destination))


def destination_name(destination: str) -> str:
    """Return the name of a destination in file names: 12 hex digits that do not reveal it."""
    return hashlib.sha256(destination.encode()).hexdigest()[:12]


def plans_folder(workspace: Workspace, sink: str) -> Path:
    """Return the folder of the kept plans and of the engine's records."""
    return workspace.data_dir / "plans" / sink


def rows_folder(workspace: Workspace, sink: str) -> Path:
    """Return the folder of the files with the rows of all kept plans."""
    return plans_folder(workspace, sink) / "rows"
