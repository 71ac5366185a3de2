"""The accounting of a discovery, as a table whose columns add up in each line and in total."""

from collections.abc import Mapping, Sequence
from typing import Any

from photo_assets.catalogs.discovery.discover import Discovery
from photo_assets.cli.terminal import print_table, say, shown
from photo_assets.model.events import Accounting
from photo_assets.model.wording import counted

_COLUMNS = (
    "catalog",
    "found",
    "= written",
    "+ discarded",
    "+ failed",
    "unchanged",
    "moved",
    "gone",
    "months",
)
_NUMBERS = _COLUMNS[1:]


def print_accounting(discoveries: Sequence[Discovery], errors: Mapping[str, str]) -> None:
    """Print one line per catalog, a total, and the reasons for entries not written."""
    if not discoveries and not errors:
        say("No catalog was read.")
        return
    rows: list[Sequence[object]] = [_row(found) for found in discoveries]
    rows += [(label, "unreadable", *[None] * 7) for label in sorted(errors)]
    if len(discoveries) > 1:
        rows.append(_total(discoveries))
    print_table(_COLUMNS, rows, numbers=_NUMBERS, last_is_total=len(discoveries) > 1)
    for found in discoveries:
        _explain(found)
    for label, error in sorted(errors.items()):
        say(f"{shown(label)} could not be read: {shown(error)}")
        say("  Its rows are unchanged.")


def accounting_document(found: Discovery) -> dict[str, Any]:
    """Return a discovery for --json."""
    return {
        "catalog": f"{found.source}/{found.catalog}",
        **counts(found.accounting),
        "reasons": dict(sorted(found.accounting.reasons.items())),
        "balanced": found.accounting.balanced,
        "months_changed": list(found.changed_months),
        "offline": found.offline,
        "held": None
        if found.held is None
        else {"lost": found.held.lost, "known": found.held.known, "examples": found.held.examples},
        "advice": [{"text": advice.text, "fix": advice.fix} for advice in found.advice],
        "seconds": round(found.duration_s, 3),
    }


def counts(accounting: Accounting) -> dict[str, int]:
    """Return the counts by name."""
    return {
        "found": accounting.found,
        "written": accounting.written,
        "unchanged": accounting.unchanged,
        "discarded": accounting.discarded,
        "failed": accounting.failed,
        "moved": accounting.moved,
        "kept": accounting.kept,
    }


def _row(found: Discovery) -> tuple[object, ...]:
    label = f"{found.source}/{found.catalog}"
    count = found.accounting
    if found.offline is not None:
        return label, "offline", *[None] * 7
    return label, *_numbers(count), len(found.changed_months)


def _total(discoveries: Sequence[Discovery]) -> tuple[object, ...]:
    total = Accounting()
    for found in discoveries:
        for name, value in counts(found.accounting).items():
            setattr(total, name, getattr(total, name) + value)
    return "total", *_numbers(total), sum(len(found.changed_months) for found in discoveries)


def _numbers(count: Accounting) -> tuple[int, ...]:
    return (
        count.found,
        count.written,
        count.discarded,
        count.failed,
        count.unchanged,
        count.moved,
        count.kept,
    )


def _explain(found: Discovery) -> None:
    label = f"{found.source}/{found.catalog}"
    if found.offline is not None:
        rows = found.manifest.items if found.manifest else 0
        kept = counted(rows, "row is unchanged", "rows are unchanged")
        say(f"{label} is offline; its {kept}. {shown(found.offline)}")
    if found.held is not None:
        say(f"{label} {found.held.sentence}")
        say(f"  If this is intended: photosync confirm {label}")
    for advice in found.advice:
        say(f"{label}: {shown(advice.text)}")
        say(f"  {shown(advice.fix)}")
    if not found.accounting.balanced:
        say(f"{label}: THE COUNTS DO NOT ADD UP. Please report this with the table above.")
    for reason, count in sorted(found.accounting.reasons.items()):
        say(f"{label}: {count:,} {shown(reason)}")
    if found.accounting.failed:
        say(f"  To list them: photosync report {label}")
