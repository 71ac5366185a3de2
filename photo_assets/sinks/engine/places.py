"""Where the plans of a sink lie, and what identifies one.

The current plan is a table of the lake. Each plan is also kept by its id, so that the very plan a
person looked at is the one that is applied, and so that what it wrote can be read off it.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.model.plans import PLAN
from photo_assets.sinks.protocol import PlanRow
from photo_assets.sinks.registry import sinks, spec_of
from photo_assets.store.durable import require_directory, sync_directory, write_bytes
from photo_assets.store.lake.footer import Footer, read_footer, require_version, unreadable
from photo_assets.store.lake.lake import AssetPath, Lake
from photo_assets.store.ledger import PlanRefusedError
from photo_assets.store.workspace import Workspace

PLAN_NAME: Final = "plan"
DRIFT_NAME: Final = "drift"
KEPT: Final = 20
"""How many plans are kept by their id, besides those whose outcome was not taken over yet."""

_WRITTEN = "_written-"
_BATCH = 4096
_LOG = logging.getLogger(__name__)


def plan_asset(sink: str) -> AssetPath:
    """Return the asset that holds the current plan."""
    return ("sink", f"{sink}_plan")


def outcome_asset(sink: str) -> AssetPath:
    """Return the asset that writes: it holds what reading back found otherwise."""
    return ("sink", f"{sink}_{spec_of(sink).holds}")


def mirror_asset(sink: str) -> AssetPath:
    """Return where what people wrote at the other side lies, a table a month."""
    return ("mirror", sink)


def desired_asset(sink: str) -> AssetPath:
    """Return where what is wanted lies, a table a partition."""
    return ("sink", f"{sink}_desired")


def written_asset(sink: str, place: str) -> AssetPath:
    """Return where what was written last to `place` lies, a table a partition."""
    return ("sink", f"{sink}{_WRITTEN}{place_name(place)}")


def written_assets(lake: Lake, sink: str) -> list[AssetPath]:
    """Return where what was written last to each place lies."""
    found = [asset for asset in lake.assets("sink") if asset.startswith(f"{sink}{_WRITTEN}")]
    return [("sink", asset) for asset in found]


def written_files(lake: Lake, sink: str, place: str) -> list[Path]:
    """Return the files of all that was written last to `place`, as of when it was taken over."""
    return lake.files(written_asset(sink, place))


def place_name(place: str) -> str:
    """Return what names a place in the names of files: 12 hex digits, which say nothing of it."""
    return hashlib.sha256(place.encode()).hexdigest()[:12]


def plans_folder(workspace: Workspace, sink: str) -> Path:
    """Return the folder of the plans that are kept and of what the engine notes beside them."""
    return workspace.data_dir / "plans" / sink


@dataclass(frozen=True, slots=True)
class Plan:
    """A stored plan. `base` is the state of the sink it was made for (`store.ledger`).

    `held` more rows would be marked as no longer true if somebody allowed it. `policy` is what was
    allowed to be sent when it was made.
    """

    sink: str
    plan_id: str
    path: Path
    rows: int
    base: str
    place: str
    inputs: str
    held: int = 0
    policy: str = ""

    def read(self) -> Iterator[PlanRow]:
        """Yield the rows in their order. Raises `StorageError` when the file is damaged."""
        try:
            with pq.ParquetFile(self.path, page_checksum_verification=True) as file:
                for batch in file.iter_batches(_BATCH):
                    for row in batch.to_pylist():
                        yield PlanRow(**row)
        except (OSError, ValueError, TypeError) as error:
            raise unreadable(self.path, error) from error


def current_plan(workspace: Workspace, sink: str) -> Plan | None:
    """Return the plan that the lake holds, None when there is none that can be read."""
    return _readable(sink, workspace.lake.path(plan_asset(sink), PLAN_NAME))


def find_plan(workspace: Workspace, plan_id: str) -> Plan:
    """Return the kept plan with this id, or the only one whose id begins so.

    Raises `ConfigurationError` when there is none, or more than one.
    """
    for sink in sinks():  # whoever made it may have been killed before it was kept
        current = current_plan(workspace, sink)
        if current is not None and plan_id and current.plan_id.startswith(plan_id):
            keep(workspace, current)
    found = [p for p in _kept(workspace) if p.stem.startswith(plan_id)] if plan_id else []
    exact = [p for p in found if p.stem == plan_id]
    if len(exact or found) != 1:
        raise ConfigurationError(
            f"There is no plan {plan_id}."
            if not found
            else f"{plan_id} begins several plans' ids.",
            hint="`photosync plan list` names the plans that are kept.",
        )
    path = (exact or found)[0]
    plan = _plan(path.parent.name, path)
    assert plan is not None
    return plan


def kept_plans(workspace: Workspace, sink: str) -> list[Plan]:
    """Return the kept plans of a sink that can be read, newest first."""
    paths = sorted(_kept(workspace, sink), key=_written_at, reverse=True)
    return [plan for plan in (_readable(sink, path) for path in paths) if plan is not None]


def keep(workspace: Workspace, plan: Plan) -> Plan:
    """Keep the plan by its id; the file of the lake and this one are the same file."""
    folder = plans_folder(workspace, plan.sink)
    require_directory(folder)
    target = folder / f"{plan.plan_id}.parquet"
    if not target.exists():
        try:
            os.link(plan.path, target)
            sync_directory(folder)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            write_bytes(target, plan.path.read_bytes())
    found = _plan(plan.sink, target)
    if found is None or found.plan_id != plan.plan_id:
        target.unlink(missing_ok=True)
        raise PlanRefusedError(
            f"Plan {plan.plan_id} for {plan.sink} was replaced by another one in this moment.",
            hint="Nothing was sent. Run it again.",
        )
    return found


def drop_old(workspace: Workspace, sink: str, *, needed: set[str]) -> None:
    """Forget kept plans but the newest and the needed ones."""
    for plan in kept_plans(workspace, sink)[KEPT:]:
        if plan.plan_id not in needed:
            plan.path.unlink(missing_ok=True)


def _written_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # another process has just dropped it
        return 0


def _kept(workspace: Workspace, sink: str = "*") -> list[Path]:
    found = (workspace.data_dir / "plans").glob(f"{sink}/*.parquet")
    return [path for path in found if not path.name.startswith(".")]


def engine_tables(workspace: Workspace, sink: str) -> list[Path]:
    """Return the files of all tables the engine keeps of a sink."""
    assets = (plan_asset(sink), outcome_asset(sink), desired_asset(sink))
    lake = workspace.lake
    stored = [
        path for asset in (*assets, *written_assets(lake, sink)) for path in lake.files(asset)
    ]
    return [*stored, *_kept(workspace, sink)]


def _readable(sink: str, path: Path) -> Plan | None:
    """Return the plan at `path`. One that is damaged, or of another version, is as good as none.

    A new one is made, what was done of it is asked for again, and what may have been is looked up.
    """
    try:
        return _plan(sink, path)
    except StorageError as error:
        _LOG.warning("a plan is passed over: %s", error.message)
        return None


def _plan(sink: str, path: Path) -> Plan | None:
    footer = read_footer(path)
    if footer is None:
        return None
    require_version(path, footer, PLAN)
    extra = footer.extra
    return Plan(
        sink=sink,
        plan_id=_plan_id(sink, footer),
        path=path,
        rows=footer.rows,
        base=extra.get("base", ""),
        place=extra.get("place", ""),
        inputs=extra.get("inputs", ""),
        held=int(extra.get("held", "0")),
        policy=extra.get("policy", ""),
    )


def _plan_id(sink: str, footer: Footer) -> str:
    """Return the id: two plans with the same rows for different states are different plans."""
    parts = [sink, footer.digest, footer.extra.get("base", ""), footer.extra.get("place", "")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
