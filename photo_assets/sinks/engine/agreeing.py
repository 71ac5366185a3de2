"""Which partitions need no comparison: what a plan has to write of them is what the last one had.

A partition is *agreed* when a plan found every row that is known of it wanted, with nothing that
was found otherwise, doubtful, gone or held back. What it had to write then, most often nothing, is
the part of the partition in that plan, and the next plan takes that over as long as both of the
partition's tables stay the same. That is right because no row of an agreed partition can be at home
in another one: what is known there is wanted there, a key is wanted in one partition only, and rows
that moved, or were marked as gone, were brought to where they belong (`relocating`) before their
partition was called agreed. So the partitions that are due hold, of each of their keys, all that is
wanted and known of it.

This holds as long as nothing was written but the plan that the agreement was made with, and no
page was taken over since; else all partitions are due. Of that plan, what was written is in the
tables, what was refused waits as before, and where a request was cut short the partition is due.
The agreement is derived: without it, too, all are due, and the plan is the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from photo_assets.ledger import SinkPages, SinkRequests, SinkState
from photo_assets.model.canonical import canonical
from photo_assets.sinks.engine.places import place_name, plans_folder
from photo_assets.system.durable import write_bytes
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedPart:
    """An agreed partition: the digests of both tables, and how many rows it adds to the totals.

    `counts` are, by target, the rows that are wanted, those of them that may be there, and those
    that are known and not marked as gone. `repeated` were wanted twice under one key.
    """

    wanted: str
    written: str
    counts: Mapping[str, Sequence[int]]
    repeated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The agreed partitions of one sink and place, as of one plan.

    `base` is the state of the sink and `pages` that of the ledger's pages. `elsewhere` are the
    pages, by target and key, that are of no partition and not wanted: they are compared each time.
    Pages of no partition are wanted in the partitions `apart`. `doubts` are the requests, by plan
    and number, of which nobody knew whether they had arrived.
    """

    plan_id: str
    base: str
    pages: str
    parts: Mapping[str, AgreedPart]
    elsewhere: tuple[tuple[str, str], ...] = ()
    apart: tuple[str, ...] = ()
    doubts: tuple[tuple[str, int], ...] = ()


def read_agreement(workspace: Workspace, sink: str, state: SinkState) -> Agreement | None:
    """Return the agreement that holds, None when there is none."""
    found = _stored(_path(workspace, sink, state.place))
    if found is None or found.pages != SinkPages(workspace.ledger).revision(sink):
        return None
    new = set(doubts(workspace, sink)) - set(found.doubts)
    if any(plan_id != found.plan_id for plan_id, _ in new):
        return None
    return found if found.base == state.base or found.plan_id == state.plan_id else None


def doubts(workspace: Workspace, sink: str) -> tuple[tuple[str, int], ...]:
    """Return the requests, by plan and number, of which nobody knows whether they arrived."""
    requests = SinkRequests(workspace.ledger).cut_short(sink, but="")
    return tuple((one.plan_id, one.request) for one in requests)


def agreed_plan(workspace: Workspace, sink: str, place: str) -> str | None:
    """Return the id of the plan that the stored agreement was made with."""
    found = _stored(_path(workspace, sink, place))
    return None if found is None else found.plan_id


def store_agreement(workspace: Workspace, sink: str, place: str, agreement: Agreement) -> None:
    """Replace what is stored."""
    text = canonical(asdict(agreement))
    path = _path(workspace, sink, place)
    if not path.exists() or path.read_bytes() != text.encode():
        write_bytes(path, text.encode())


def drop_agreement(workspace: Workspace, sink: str, place: str) -> None:
    """Let all partitions be due."""
    _path(workspace, sink, place).unlink(missing_ok=True)


def _path(workspace: Workspace, sink: str, place: str) -> Path:
    return plans_folder(workspace, sink) / f"agreed-{place_name(place)}.json"


def _stored(path: Path) -> Agreement | None:
    try:
        found = json.loads(path.read_bytes())
        parts = {name: AgreedPart(**part) for name, part in found.pop("parts").items()}
        for name in ("elsewhere", "doubts"):
            found[name] = tuple((first, second) for first, second in found[name])
        return Agreement(parts=parts, apart=tuple(found.pop("apart")), **found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None  # damaged, or of another version
