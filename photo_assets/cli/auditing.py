"""The audit of visibility as `photosync audit` prints it: discrepancies and approvals.

Reading them, and giving and revoking approvals, belongs to `status.auditing`.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from photo_assets.cli.terminal import say, shown
from photo_assets.model.wording import counted
from photo_assets.status.auditing import Audit, Row, kinds_sentence, month_of, place_of


def print_audit(audit: Audit) -> None:
    """Print each catalog's discrepancies, one line each, and what would close it."""
    places: defaultdict[str, list[Row]] = defaultdict(list)
    for row in audit.rows:
        places[place_of(row)].append(row)
    for place, rows in sorted(places.items()):
        say(f"{shown(place)}: {kinds_sentence(rows)}")
        for row in rows:
            since = f" since {row['since']:%Y-%m-%d}" if row["since"] else ""
            seen = f"{row['level']} (“{shown(row['stated'])}”){since}"
            say(f"  {month_of(row)}  {row['photo_id']}  {shown(row['native_id'])}: {seen}")
            say(f"    {shown(row['close'])}")
    if audit.waiting_months:
        months = counted(audit.waiting_months, "month waits", "months wait")
        say(f"{months} to be rebuilt; this is what the last run found: photosync discover")
    if not audit.rows:
        say("Nothing is more visible than intended.")
        return
    total = counted(len(audit.rows), "discrepancy", "discrepancies")
    say(f"{total}: {kinds_sentence(audit.rows)}.")
    say("To approve one: photosync audit approve PHOTO SOURCE/CATALOG LEVEL --why …")


def audit_document(audit: Audit) -> dict[str, Any]:
    """Return all discrepancies for --json, with counts by kind and catalog."""
    return {
        "total": len(audit.rows),
        "by_kind": dict(sorted(Counter(row["kind"] for row in audit.rows).items())),
        "by_catalog": dict(sorted(Counter(map(place_of, audit.rows)).items())),
        "waiting_months": audit.waiting_months,
        "discrepancies": list(audit.rows),
    }


def print_approvals(rows: Sequence[Row]) -> None:
    """Print one line per approval."""
    for row in rows:
        what = f"{row['level']} at {shown(row['target'])} for {row['photo_id']}"
        why = f": {shown(row['why'])}" if row["why"] else ""
        say(f"{row['approval_id']:>4}  {what}, by {shown(row['who'])} at {row['at'][:16]}{why}")
        if row["merged_into"]:
            say(f"      Counts no longer: the photo was merged into {row['merged_into']}.")
        elif row["overtaken_at"]:
            say(
                "      Counts no longer: another photo was merged into this one at "
                f"{row['overtaken_at'][:16]}. Look at it, and approve it again."
            )
    say(f"{counted(len(rows), 'approval')}." if rows else "No approval stands.")
