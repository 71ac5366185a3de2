"""Open conflicts for `photosync conflicts`: selection, counts by group, and output."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from photo_assets.cli.terminal import say, shown
from photo_assets.metadata.open_conflicts import open_conflicts
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace

Row = dict[str, Any]
_NO_MONTH = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The filter for conflicts; None matches any. `month` may be a year."""

    kind: str | None = None
    field: str | None = None
    month: str | None = None

    def takes(self, row: Row) -> bool:
        """Return whether a conflict matches."""
        return (
            self.kind in (None, row["kind"])
            and self.field in (None, row["field"])
            and (self.month is None or _month(row).startswith(self.month))
        )


def chosen_conflicts(workspace: Workspace, choice: Choice) -> list[Row]:
    """Return the matching conflicts by month, kind and field. Raises `StorageError`."""
    rows: list[Row] = open_conflicts(workspace.lake).to_pylist()
    return sorted(filter(choice.takes, rows), key=_order)


def print_conflicts(rows: Sequence[Row], choice: Choice, by: str, limit: int) -> None:
    """Print each group's count, `limit` of its conflicts (0: all), and a command for the rest."""
    if not rows:
        say("No open conflicts." if choice == Choice() else "No open conflict matches.")
        return
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[GROUPS[by](row)].append(row)
    # The most frequent group first; months in chronological order.
    names = sorted(groups, key=lambda name: (0 if by == "month" else -len(groups[name]), name))
    for name in names:
        say(f"{shown(name)}: {len(groups[name]):,}")
        most = limit or len(groups[name])
        for row in groups[name][:most]:
            say(f"  {_month(row)}  {shown(row['detail'])}")
        if len(groups[name]) > most:
            rest = f"{len(groups[name]) - most:,} more"
            say(f"  and {rest}: {_command(groups[name][0], choice, by)}")
    say(f"{counted(len(rows), 'open conflict')}. To answer them: photosync resolve")


def conflicts_document(rows: Sequence[Row]) -> dict[str, Any]:
    """Return all conflicts for --json, with counts by kind, field and month."""
    return {
        "total": len(rows),
        "by_kind": dict(Counter(row["kind"] for row in rows)),
        "by_field": dict(sorted(Counter(row["field"] for row in rows if row["field"]).items())),
        "by_month": dict(sorted(Counter(_month(row) for row in rows).items())),
        "conflicts": [_document(row) for row in rows],
    }


def _order(row: Row) -> tuple[str, ...]:
    return row["month"] or "", row["kind"], row["field"] or "", row["conflict_id"]


def _month(row: Row) -> str:
    month: str | None = row["month"]
    return month[:7] if month else _NO_MONTH


def _kind_and_field(row: Row) -> str:
    return f"{row['kind']}: {row['field']}" if row["field"] else str(row["kind"])


GROUPS: dict[str, Callable[[Row], str]] = {
    "kind": lambda row: str(row["kind"]),
    "field": _kind_and_field,
    "month": _month,
}
"""The criteria for grouping, and for each, the name of a conflict's group."""


def _command(row: Row, choice: Choice, by: str) -> str:
    options = {"kind": choice.kind, "field": choice.field, "month": choice.month}
    options[by] = _month(row) if by == "month" else row[by]
    if by == "field":
        options["kind"] = row["kind"]
    arguments = [f"--{name} {value}" for name, value in options.items() if value]
    return " ".join(["photosync conflicts", *arguments, "--limit 0"])


def _document(row: Row) -> Row:
    values = [
        {
            **{name: stated[name] for name in ("source", "catalog", "native_id", "stated_at")},
            "value": json.loads(stated["value"]),
        }
        for stated in row["values"]
    ]
    return {
        **row,
        "values": values,
        "proposal": json.loads(row["proposal"]),
        "evidence_digest": row["evidence_digest"].hex(),
    }
