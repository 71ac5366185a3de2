"""Which partitions need no comparison because their part of the last plan is still valid.

A partition is *agreed* when a plan found that every known row of it is wanted, and that no row has
drifted or is doubtful, gone or held back. The rows to write, usually none, are the partition's part
of that plan. The next plan reuses that part as long as both tables of the partition are unchanged.
This is correct because no row of an agreed partition can belong to another partition: its known
rows are wanted there, a key is wanted in one partition only, and rows that moved or were marked as
gone were moved to the right partition (`relocating`) before their partition was agreed. The
partitions that are due therefore contain all wanted and known rows of their keys.

An agreement is valid only if no other plan was written and no page was adopted since it was made;
otherwise all partitions are due. Of its own plan, written rows are in the tables, refused rows
still wait, and a partition with an interrupted request is due. The agreement is derived data:
without it all partitions are due, and the plan is the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from photo_assets.ledger import SinkPages, SinkRequests, SinkState
from photo_assets.model.canonical import canonical
from photo_assets.sinks.engine.sink_tables import destination_name, plans_folder
from photo_assets.system.durable import write_bytes
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ReusablePart:
    """An agreed partition: the digests of both tables, and its row counts for the totals.

    `counts` maps a target to three numbers: the wanted rows, the wanted rows that may be disclosed,
    and the known rows that are not marked as gone. `repeated` counts rows wanted twice under one
    key.
    """

    wanted: str
    written: str
    counts: Mapping[str, Sequence[int]]
    repeated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReusableParts:
    """The agreed partitions of one sink and destination, as of one plan.

    `base` is the state of the sink and `pages` the revision of the ledger's pages. `elsewhere` are
    the pages (target, key) that belong to no partition and are not wanted: they are compared each
    time. `apart` are the partitions that want pages of no partition. `doubts` are the requests
    (plan, number) with an unknown outcome.
    """

    plan_id: str
    base: str
    pages: str
    parts: Mapping[str, ReusablePart]
    elsewhere: tuple[tuple[str, str], ...] = ()
    apart: tuple[str, ...] = ()
    doubts: tuple[tuple[str, int], ...] = ()


def read_reusable_parts(workspace: Workspace, sink: str, state: SinkState) -> ReusableParts | None:
    """Return the valid agreement, or None if there is none."""
    found = _stored(_path(workspace, sink, state.destination))
    if found is None or found.pages != SinkPages(workspace.ledger).revision(sink):
        return None
    new = set(uncertain_requests(workspace, sink)) - set(found.doubts)
    if any(plan_id != found.plan_id for plan_id, _ in new):
        return None
    return found if found.base == state.base or found.plan_id == state.plan_id else None


def uncertain_requests(workspace: Workspace, sink: str) -> tuple[tuple[str, int], ...]:
    """Return the requests (plan, number) with an unknown outcome."""
    requests = SinkRequests(workspace.ledger).cut_short(sink, but="")
    return tuple((one.plan_id, one.request) for one in requests)


def plan_of_reusable_parts(workspace: Workspace, sink: str, destination: str) -> str | None:
    """Return the id of the plan of the stored agreement."""
    found = _stored(_path(workspace, sink, destination))
    return None if found is None else found.plan_id


def store_reusable_parts(
    workspace: Workspace, sink: str, destination: str, agreement: ReusableParts
) -> None:
    """Replace the stored agreement."""
    text = canonical(asdict(agreement))
    path = _path(workspace, sink, destination)
    if not path.exists() or path.read_bytes() != text.encode():
        write_bytes(path, text.encode())


def drop_reusable_parts(workspace: Workspace, sink: str, destination: str) -> None:
    """Remove the agreement, so that all partitions are due."""
    _path(workspace, sink, destination).unlink(missing_ok=True)


def _path(workspace: Workspace, sink: str, destination: str) -> Path:
    return plans_folder(workspace, sink) / f"agreed-{destination_name(destination)}.json"


def _stored(path: Path) -> ReusableParts | None:
    try:
        found = json.loads(path.read_bytes())
        parts = {name: ReusablePart(**part) for name, part in found.pop("parts").items()}
        for name in ("elsewhere", "doubts"):
            found[name] = tuple((first, second) for first, second in found[name])
        return ReusableParts(parts=parts, apart=tuple(found.pop("apart")), **found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None  # damaged, or of another version
