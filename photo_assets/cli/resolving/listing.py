"""Stored decisions as a table and as JSON: who decided what, when, and whether it is undone."""

import json
from collections.abc import Sequence
from typing import Any

from photo_assets.cli.terminal import print_table, say, shown
from photo_assets.ledger import Decision, Decisions
from photo_assets.model.wording import counted
from photo_assets.questions import Queue
from photo_assets.questions.asking import decision_words, open_words
from photo_assets.workspace import Workspace

_MOST = 40


def stored_decisions(workspace: Workspace) -> tuple[list[Decision], set[int]]:
    """Return all decisions, the latest first, and the numbers of those that still stand."""
    decisions = Decisions(workspace.ledger)
    standing = {one.decision_id or 0 for one in decisions.standing().values()}
    return decisions.all()[::-1], standing


def print_decisions(workspace: Workspace, limit: int) -> None:
    """Print the latest decisions, one line each, and what is open; `limit` 0 prints all."""
    found, standing = stored_decisions(workspace)
    if found:
        _print_table(found, standing, limit)
    else:
        say("Nobody has decided anything yet.")
    counts = Queue(workspace).counts()
    answer = " To answer them: photosync resolve" if counts else ""
    say(f"{open_words(counts).capitalize()}.{answer}")


def _print_table(found: Sequence[Decision], standing: set[int], limit: int) -> None:
    rows = [
        (
            str(one.decision_id),
            (one.at or "")[:16].replace("T", " "),
            one.who,
            one.made_by,
            _about(one),
            "takes back" if one.withdrawn else _short(decision_words(one)),
            one.why or "",
            (one.batch or "")[:8],
            "" if one.decision_id in standing else "replaced",
        )
        for one in found[: limit or len(found)]
    ]
    print_table(
        ("number", "when (UTC)", "who", "by", "about", "answer", "why", "batch", "state"), rows
    )
    more = len(found) - len(rows)
    say(f"{counted(len(found), 'decision')}{f', {more:,} not shown: --limit 0' if more else ''}.")


def decision_document(one: Decision, standing: set[int] | None = None) -> dict[str, Any]:
    """Return a decision for --json."""
    return {
        "decision_id": one.decision_id,
        "question": one.conflict_id,
        "answer": json.loads(one.answer),
        "who": one.who,
        "at": one.at,
        "why": one.why,
        "batch": one.batch,
        "made_by": one.made_by,
        "supersedes": one.supersedes,
        **({} if standing is None else {"stands": one.decision_id in standing}),
    }


def _about(one: Decision) -> str:
    """Return the first item that the person saw, by which the photo can be found."""
    seen = json.loads(one.values_seen)
    if isinstance(seen, dict):  # two photos that look alike
        items = [item for side in seen.values() for item in side.get("items", ())[:1]]
        return _short(" and ".join("/".join(item) for item in items))
    if not isinstance(seen, list) or not seen:
        return ""
    return _short("/".join(seen[0].get(name, "") for name in ("source", "catalog", "native_id")))


def _short(text: str) -> str:
    return shown(text if len(text) <= _MOST else text[: _MOST - 1] + "…")
