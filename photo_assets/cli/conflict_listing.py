"""Open conflicts for `photosync conflicts`: selection, counts by group, and output."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from photo_assets.cli.terminal import say, shown
from photo_assets.metadata.conflict import ConflictKind
from photo_assets.model.wording import counted
from photo_assets.questions import Choice, Queue

Row = dict[str, Any]
_NO_MONTH = "unknown"


def chosen_conflicts(queue: Queue, choice: Choice) -> list[Row]:
    """Return the matching conflicts by month, kind and field. Raises `StorageError`."""
    return sorted(queue.conflicts(choice), key=_order)


def other_questions(queue: Queue) -> dict[str, int]:
    """Return the number of open questions that are no conflicts, by kind."""
    return {kind: n for kind, n in queue.counts().items() if kind not in {*ConflictKind}}


def print_conflicts(
    rows: Sequence[Row], others: Mapping[str, int], choice: Choice, by: str, limit: int
) -> None:
    """Print each group's count, `limit` of its conflicts (0: all), and a command for the rest.

    `others`: the open questions that are no conflicts, which are named in the end.
    """
    if rows:
        _print_groups(rows, choice, by, limit)
    else:
        say("No open conflicts." if choice == Choice() else "No open conflict matches.")
    for kind, count in others.items():
        questions = counted(count, "question of the kind", "questions of the kind")
        say(f"Also open: {questions} {kind}. To answer: photosync resolve --kind {kind}")


def _print_groups(rows: Sequence[Row], choice: Choice, by: str, limit: int) -> None:
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


def conflicts_document(rows: Sequence[Row], others: Mapping[str, int]) -> dict[str, Any]:
    """Return all conflicts for --json, with counts by kind, field and month, as printed."""
    return {
        "total": len(rows),
        "by_kind": dict(Counter(row["kind"] for row in rows)),
        "by_field": dict(sorted(Counter(row["field"] for row in rows if row["field"]).items())),
        "by_month": dict(sorted(Counter(_month(row) for row in rows).items())),
        "other_questions": dict(others),
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
