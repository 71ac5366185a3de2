"""The audit of visibility for `photosync audit`: selection, output, and giving approvals."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from photo_assets.cli.terminal import say, shown
from photo_assets.ledger import Approval, Approvals, PhotoRegistry
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.model.visibility import LEVELS
from photo_assets.model.vocabulary import Visibility
from photo_assets.model.wording import counted
from photo_assets.status.catalogs import find_catalog
from photo_assets.workspace import Workspace

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditChoice:
    """The filter; None matches any. `month` may be a year, `catalog` is SOURCE/CATALOG."""

    month: str | None = None
    catalog: str | None = None

    def takes(self, row: Row) -> bool:
        """Return whether a discrepancy matches."""
        return (self.month is None or _month(row).startswith(self.month)) and (
            self.catalog is None or _place(row) == self.catalog
        )


@dataclass(frozen=True, slots=True)
class Audit:
    """The discrepancies, and how many months wait to be rebuilt."""

    rows: Sequence[Row]
    waiting_months: int


def run_audit(workspace: Workspace, choice: AuditChoice) -> Audit:
    """Return the matching discrepancies. Raises `StorageError` before the first join."""
    from photo_assets.catalogs.registry import VISIBILITY as SERVICES
    from photo_assets.defs.joins import metadata_months, photos_made
    from photo_assets.metadata.audit import open_discrepancies
    from photo_assets.model.tables import VISIBILITY

    if choice.catalog is not None:
        find_catalog(workspace, choice.catalog)
    if photos_made(workspace) is None:
        raise StorageError("No photos have been joined yet.", hint="Run: photosync discover")
    waiting = len(metadata_months(workspace, VISIBILITY).due())
    approved = Approvals(workspace.ledger).levels()
    rows = open_discrepancies(workspace.lake, SERVICES, approved)
    return Audit([row for row in rows if choice.takes(row)], waiting)


def print_audit(audit: Audit) -> None:
    """Print each catalog's discrepancies, one line each, and what would close it."""
    places: defaultdict[str, list[Row]] = defaultdict(list)
    for row in audit.rows:
        places[_place(row)].append(row)
    for place, rows in sorted(places.items()):
        say(f"{shown(place)}: {_counts(rows)}")
        for row in rows:
            since = f" since {row['since']:%Y-%m-%d}" if row["since"] else ""
            seen = f"{row['level']} (“{shown(row['stated'])}”){since}"
            say(f"  {_month(row)}  {row['photo_id']}  {shown(row['native_id'])}: {seen}")
            say(f"    {shown(row['close'])}")
    if audit.waiting_months:
        months = counted(audit.waiting_months, "month waits", "months wait")
        say(f"{months} to be rebuilt; this is what the last run found: photosync discover")
    if not audit.rows:
        say("Nothing is more visible than intended.")
        return
    say(f"{counted(len(audit.rows), 'discrepancy', 'discrepancies')}: {_counts(audit.rows)}.")
    say("To approve one: photosync audit approve PHOTO SOURCE/CATALOG LEVEL --why …")


def audit_document(audit: Audit) -> dict[str, Any]:
    """Return all discrepancies for --json, with counts by kind and catalog."""
    return {
        "total": len(audit.rows),
        "by_kind": dict(sorted(Counter(row["kind"] for row in audit.rows).items())),
        "by_catalog": dict(sorted(Counter(map(_place, audit.rows)).items())),
        "waiting_months": audit.waiting_months,
        "discrepancies": list(audit.rows),
    }


def give_approval(workspace: Workspace, photo: str, target: str, level: str, why: str) -> Approval:
    """Record an approval by the current user.

    Raises `ConfigurationError` for a photo, target or level that there is not.
    """
    import getpass

    current = PhotoRegistry(workspace.ledger).resolve(photo)
    if current is None:
        raise ConfigurationError(
            f"There is no photo {photo}; nothing was approved.",
            hint="Use a photo id, as `photosync audit --visibility-check` lists them.",
        )
    if current != photo:
        raise ConfigurationError(
            f"The photo {photo} was merged into {current}; nothing was approved.",
            hint=f"Look at that photo, and approve it by its own id: {current}",
        )
    levels = _levels_at(workspace, target)
    if level not in levels:
        raise ConfigurationError(
            f"{level!r} is not a level of {target}; nothing was approved.",
            hint=f"Levels of {target}: {', '.join(levels) or 'none'}.",
        )
    approvals = Approvals(workspace.ledger)
    return approvals.approve(photo, target, Visibility(level), getpass.getuser(), why)


def list_approvals(workspace: Workspace) -> list[Row]:
    """Return the standing approvals, each with the photo that its photo was merged into, if any."""
    registry, found = PhotoRegistry(workspace.ledger), []
    for one in Approvals(workspace.ledger).standing():
        now = registry.resolve(one.photo_id)
        row = {name: value for name, value in asdict(one).items() if name != "revokes"}
        found.append({**row, "merged_into": None if now == one.photo_id else now})
    return found


def print_approvals(rows: Sequence[Row]) -> None:
    """Print one line per approval."""
    for row in rows:
        what = f"{row['level']} at {shown(row['target'])} for {row['photo_id']}"
        why = f": {shown(row['why'])}" if row["why"] else ""
        say(f"{row['approval_id']:>4}  {what}, by {shown(row['who'])} at {row['at'][:16]}{why}")
        if row["merged_into"]:
            say(f"      Counts no longer: the photo was merged into {row['merged_into']}.")
    say(f"{counted(len(rows), 'approval')}." if rows else "No approval stands.")


def _levels_at(workspace: Workspace, target: str) -> list[str]:
    """Return the levels that can be approved for a target, from least to most visible."""
    from photo_assets.catalogs.registry import VISIBILITY as SERVICES
    from photo_assets.sinks.registry import sinks

    if target in sinks():
        return [level.value for level in LEVELS]
    source = find_catalog(workspace, target).source
    said = set(SERVICES[source].levels.values())
    return [level.value for level in LEVELS if level in said]


def _counts(rows: Sequence[Row]) -> str:
    kinds = Counter(row["kind"] for row in rows)
    return ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in sorted(kinds.items()))


def _place(row: Row) -> str:
    return f"{row['source']}/{row['catalog']}"


def _month(row: Row) -> str:
    return row["month"][:7] if row["month"] else "unknown"
