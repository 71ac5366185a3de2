"""Where the plans of a sink lie, and what identifies one.

The current plan is a table of the lake: its parts, whose rows lie in files that plans share
(`manifest`). Each plan is also kept by its id, so that the very plan a person looked at is the one
that is applied, and so that what it wrote can be read off it.
"""

import hashlib
import logging
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from photo_assets.lake.footer import Footer, read_footer
from photo_assets.lake.lake import AssetPath, Lake
from photo_assets.ledger import PlanRefusedError
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.sinks.engine.manifest import PlanPart, read_parts
from photo_assets.sinks.protocol import PlanRow
from photo_assets.sinks.registry import sinks, spec_of
from photo_assets.system.durable import (
    TEMP_SUFFIX,
    require_directory,
    sync_directory,
    write_bytes,
)
from photo_assets.workspace import Workspace

PLAN_NAME: Final = "plan"
DRIFT_NAME: Final = "drift"
KEPT: Final = 20
"""How many plans are kept by their id, besides those whose outcome was not taken over yet."""

_WRITTEN = "_written-"
_LOG = logging.getLogger(__name__)


def plan_asset(sink: str) -> AssetPath:
    """Return the asset that holds the current plan."""
    return ("sink", f"{sink}_plan")


def plan_rows_asset(sink: str) -> AssetPath:
    """Return where the rows of the current plan lie for people to read, a table a partition."""
    return ("sink", f"{sink}_plan_rows")


def outcome_asset(sink: str) -> AssetPath:
    """Return the asset that writes: it holds what reading back found otherwise."""
    return ("sink", f"{sink}_{spec_of(sink).holds}")


def mirror_asset(sink: str) -> AssetPath:
    """Return where what people wrote in the service lies, a table a month."""
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


def rows_folder(workspace: Workspace, sink: str) -> Path:
    """Return the folder of the files that hold the rows of all plans that are kept."""
    return plans_folder(workspace, sink) / "rows"


@dataclass(frozen=True, slots=True)
class Plan:
    """A stored plan. `base` is the state of the sink it was made for (`ledger`).

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
    parts: tuple[PlanPart, ...] = ()

    def read(self) -> Iterator[PlanRow]:
        """Yield the rows in their order. Raises `StorageError` when a file is damaged."""
        for number, row in enumerate(self.some(0, self.rows)):
            yield PlanRow(**{**row, "row": number})

    def some(
        self, first: int, rows: int, columns: Sequence[str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield `rows` rows from row `first` on, as `model.plans.PLAN`; only `columns` of them.

        Raises `StorageError` when a file is damaged.
        """
        for at, part in self.placed():
            begin, end = max(first, at), min(first + rows, at + part.rows)
            if begin < end:
                yield from part.read(begin - at, end - begin, columns)

    def noted(self) -> Iterator[dict[str, Any]]:
        """Yield key and note of the rows that have a note. Raises `StorageError`."""
        for part in self.parts:
            if part.notes:
                rows = part.read(0, part.rows, ["key", "note"])
                yield from (row for row in rows if row["note"] is not None)

    def placed(self) -> Iterator[tuple[int, PlanPart]]:
        """Yield the parts, each with the number of its first row."""
        at = 0
        for part in self.parts:
            yield at, part
            at += part.rows

    @property
    def actions(self) -> Counter[str]:
        """How many rows have which action."""
        found: Counter[str] = Counter()
        for part in self.parts:
            found.update(part.actions)
        return found


def current_plan(workspace: Workspace, sink: str) -> Plan | None:
    """Return the plan that the lake holds, None when there is none that can be read."""
    return _readable(workspace, sink, workspace.lake.path(plan_asset(sink), PLAN_NAME))


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
            else f"{plan_id} is ambiguous: several plan ids start with it.",
            hint="`photosync plan list` lists the kept plans.",
        )
    path = (exact or found)[0]
    plan = _plan(workspace, path.parent.name, path)
    assert plan is not None
    return plan


def kept_plans(workspace: Workspace, sink: str) -> list[Plan]:
    """Return the kept plans of a sink that can be read, newest first."""
    paths = sorted(_kept(workspace, sink), key=_written_at, reverse=True)
    plans = (_readable(workspace, sink, path) for path in paths)
    return [plan for plan in plans if plan is not None]


def kept_plan(workspace: Workspace, sink: str, plan_id: str) -> Plan | None:
    """Return the kept plan of a sink with this id, None when there is none that can be read."""
    return _readable(workspace, sink, plans_folder(workspace, sink) / f"{plan_id}.parquet")


def keep(workspace: Workspace, plan: Plan) -> Plan:
    """Keep the plan by its id; the file of the lake and this one are the same file."""
    folder = plans_folder(workspace, plan.sink)
    require_directory(folder)
    target = folder / f"{plan.plan_id}.parquet"
    if not target.exists():
        give_name(plan.path, target)
        sync_directory(folder)
    found = _plan(workspace, plan.sink, target)
    if found is None or found.plan_id != plan.plan_id:
        target.unlink(missing_ok=True)
        raise PlanRefusedError(
            f"Plan {plan.plan_id} for {plan.sink} was replaced by another plan at the same time.",
            hint="Nothing was sent. Run it again.",
        )
    return found


def give_name(path: Path, target: Path) -> None:
    """Let `target` be the same file as `path`, or a copy where the file system has no links."""
    temp = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}{TEMP_SUFFIX}")
    try:
        os.link(path, temp)
        os.replace(temp, target)
    except OSError:
        write_bytes(target, path.read_bytes())


def drop_old(workspace: Workspace, sink: str, *, needed: set[str]) -> None:
    """Forget kept plans but the newest and the needed ones; for who is `alone`."""
    plans = kept_plans(workspace, sink)
    old = [plan for plan in plans[KEPT:] if plan.plan_id not in needed]
    if not old:
        return
    for plan in old:
        plan.path.unlink(missing_ok=True)
    current = current_plan(workspace, sink)
    left = [plan for plan in (*plans, current) if plan is not None and plan not in old]
    files = {part.file for plan in left for part in plan.parts}
    for file in rows_folder(workspace, sink).glob("*.parquet"):
        if file not in files:
            file.unlink(missing_ok=True)


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
    assets = (plan_asset(sink), plan_rows_asset(sink), outcome_asset(sink), desired_asset(sink))
    lake = workspace.lake
    stored = [
        path for asset in (*assets, *written_assets(lake, sink)) for path in lake.files(asset)
    ]
    rows = rows_folder(workspace, sink).glob("*.parquet")
    return [*stored, *_kept(workspace, sink), *rows]


def _readable(workspace: Workspace, sink: str, path: Path) -> Plan | None:
    """Return the plan at `path`. One that is damaged, or of another version, is as good as none.

    A new one is made, what was done of it is asked for again, and what may have been is looked up.
    """
    try:
        return _plan(workspace, sink, path)
    except StorageError as error:
        _LOG.warning("a plan is ignored: %s", error.message)
        return None


def _plan(workspace: Workspace, sink: str, path: Path) -> Plan | None:
    footer = read_footer(path)
    if footer is None:
        return None
    parts = read_parts(path, footer, rows_folder(workspace, sink))
    extra = footer.extra
    return Plan(
        sink=sink,
        plan_id=_plan_id(sink, footer),
        path=path,
        rows=sum(part.rows for part in parts),
        base=extra.get("base", ""),
        place=extra.get("place", ""),
        inputs=extra.get("inputs", ""),
        held=int(extra.get("held", "0")),
        policy=extra.get("policy", ""),
        parts=parts,
    )


def _plan_id(sink: str, footer: Footer) -> str:
    """Return the id: two plans with the same rows for different states are different plans."""
    parts = [sink, footer.digest, footer.extra.get("base", ""), footer.extra.get("place", "")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
