"""Where the plans of a sink are stored, and how a plan is identified.

The current plan is a table of the lake that lists its parts, and a table of rows per part; plans
share the files with the rows (`manifest`). Each plan is also kept under its id, so that the plan
that a person reviewed is the one that is applied, and so that its written rows can be read from it.
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
from photo_assets.ledger import PlanRefusedError
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.sinks.engine.manifest import PlanPart, read_parts
from photo_assets.sinks.engine.sink_tables import (
    PARTS_NAME,
    PLAN_NAME,
    desired_asset,
    outcome_asset,
    plan_asset,
    plan_part_asset,
    plan_part_names,
    plan_parts_asset,
    plans_folder,
    rows_folder,
    written_assets,
)
from photo_assets.sinks.protocol import PlanRow
from photo_assets.sinks.registry import sinks
from photo_assets.system.durable import (
    TEMP_SUFFIX,
    require_directory,
    sync_directory,
    write_bytes,
)
from photo_assets.workspace import Workspace

KEPT: Final = 20
"""How many plans are kept by their id, besides those whose outcome is not merged yet."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """A stored plan. `base` is the state of the sink it was made for (`ledger`).

    `held` more rows would be retired if a person allowed it. `policy` is the disclosure policy
    under which it was made.
    """

    sink: str
    plan_id: str
    path: Path
    rows: int
    base: str
    destination: str
    inputs: str
    held: int = 0
    policy: str = ""
    parts: tuple[PlanPart, ...] = ()

    def read(self) -> Iterator[PlanRow]:
        """Yield the rows in order. Raises `StorageError` if a file is damaged."""
        for number, row in enumerate(self.some(0, self.rows)):
            yield PlanRow(**{**row, "row": number})

    def some(
        self, first: int, rows: int, columns: Sequence[str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield `rows` rows starting at `first`, as `model.plans.PLAN`; only `columns` if given.

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
        """The number of rows per action."""
        found: Counter[str] = Counter()
        for part in self.parts:
            found.update(part.actions)
        return found


def current_plan(workspace: Workspace, sink: str) -> Plan | None:
    """Return the plan in the lake, or None if there is none that is readable and complete."""
    lake = workspace.lake
    path = lake.path(plan_parts_asset(sink), PARTS_NAME)
    if not path.exists():  # made by an older version
        return _readable(workspace, sink, lake.path(plan_asset(sink), PLAN_NAME))
    plan = _readable(workspace, sink, path)
    stored = set(plan_part_names(lake, sink))
    return plan if plan and stored.issuperset(part.part for part in plan.parts) else None


def find_plan(workspace: Workspace, plan_id: str) -> Plan:
    """Return the kept plan with this id, or the only one whose id starts with it.

    Raises `ConfigurationError` if there is none, or more than one.
    """
    for sink in sinks():  # the process that made it may have been killed before it kept the plan
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
    """Return the readable kept plans of a sink, newest first."""
    paths = sorted(_kept(workspace, sink), key=_written_at, reverse=True)
    plans = (_readable(workspace, sink, path) for path in paths)
    return [plan for plan in plans if plan is not None]


def kept_plan(workspace: Workspace, sink: str, plan_id: str) -> Plan | None:
    """Return the kept plan of a sink with this id, or None if there is no readable one."""
    return _readable(workspace, sink, plans_folder(workspace, sink) / f"{plan_id}.parquet")


def keep(workspace: Workspace, plan: Plan) -> Plan:
    """Keep the plan under its id, as a hard link to the file in the lake."""
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
    """Make `target` a hard link to `path`, or a copy if the file system has no links."""
    temp = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}{TEMP_SUFFIX}")
    try:
        os.link(path, temp)
        os.replace(temp, target)
    except OSError:
        write_bytes(target, path.read_bytes())


def drop_old(workspace: Workspace, sink: str, *, needed: set[str]) -> None:
    """Remove kept plans except the newest and the needed ones; the caller holds `alone`."""
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
    lake = workspace.lake
    parts = (plan_part_asset(sink, part) for part in plan_part_names(lake, sink))
    plans = (plan_asset(sink), plan_parts_asset(sink), *parts)
    assets = (*plans, outcome_asset(sink), desired_asset(sink))
    stored = [
        path for asset in (*assets, *written_assets(lake, sink)) for path in lake.files(asset)
    ]
    rows = rows_folder(workspace, sink).glob("*.parquet")
    return [*stored, *_kept(workspace, sink), *rows]


def _readable(workspace: Workspace, sink: str, path: Path) -> Plan | None:
    """Return the plan at `path`, or None if it is damaged or of another version.

    Then a new plan is made; its completed rows are written again, and uncertain rows are looked up.
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
        destination=extra.get("place", ""),
        inputs=extra.get("inputs", ""),
        held=int(extra.get("held", "0")),
        policy=extra.get("policy", ""),
        parts=parts,
    )


def _plan_id(sink: str, footer: Footer) -> str:
    """Return the id: two plans with the same rows for different states are different plans."""
    parts = [sink, footer.digest, footer.extra.get("base", ""), footer.extra.get("place", "")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
