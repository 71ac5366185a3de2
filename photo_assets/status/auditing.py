"""The audit of visibility for people: selecting discrepancies, giving and revoking approvals.

What a discrepancy is belongs to `metadata`; printing and pages are elsewhere.
"""

import getpass
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from photo_assets.catalogs.registry import VISIBILITY as SERVICES
from photo_assets.defs.joins import metadata_months, photos_made
from photo_assets.lake import Snapshot
from photo_assets.ledger import Approval, Approvals, PhotoRegistry
from photo_assets.metadata.audit import open_discrepancies
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.model.tables import VISIBILITY
from photo_assets.model.visibility import LEVELS
from photo_assets.model.vocabulary import Visibility
from photo_assets.sinks.registry import sinks
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
        return (self.month is None or month_of(row).startswith(self.month)) and (
            self.catalog is None or place_of(row) == self.catalog
        )


@dataclass(frozen=True, slots=True)
class Audit:
    """The discrepancies, and how many months wait to be rebuilt."""

    rows: Sequence[Row]
    waiting_months: int


def run_audit(workspace: Workspace, choice: AuditChoice) -> Audit:
    """Return the matching discrepancies. Raises `StorageError` before the first join."""
    if choice.catalog is not None:
        find_catalog(workspace, choice.catalog)
    waiting = months_waiting(workspace)
    return Audit([row for row in all_discrepancies(workspace) if choice.takes(row)], waiting)


def months_waiting(workspace: Workspace) -> int:
    """Return how many months wait to be rebuilt. Raises `StorageError` before the first join."""
    if photos_made(workspace) is None:
        raise StorageError("No photos have been joined yet.", hint="Run: photosync discover")
    return len(metadata_months(workspace, VISIBILITY).due())


def all_discrepancies(workspace: Workspace) -> Iterator[Row]:
    """Yield the discrepancies with the approvals of now, by month and photo."""
    approved = Approvals(workspace.ledger).levels()
    return open_discrepancies(workspace.lake, SERVICES, approved)


def audit_inputs(workspace: Workspace) -> Hashable:
    """Return what stays equal while the discrepancies do: digests of tables, and the approvals."""
    tables, asset = Snapshot(workspace.lake), ("metadata", VISIBILITY.name)
    levels = Approvals(workspace.ledger).levels().values()
    digests = tuple(tables.digest(asset, name) for name in tables.names(asset))
    return digests, frozenset(level for some in levels for level in some)


def count_discrepant(workspace: Workspace) -> dict[str, int]:
    """Return the number of photos with open discrepancies, by kind; none of damaged tables."""
    photos: defaultdict[str, set[str]] = defaultdict(set)
    try:
        for row in all_discrepancies(workspace):
            photos[row["kind"]].add(row["photo_id"])
    except StorageError:
        return {}  # `doctor` and `status` name damaged files
    return {kind: len(ids) for kind, ids in sorted(photos.items())}


def give_approval(workspace: Workspace, photo: str, target: str, level: str, why: str) -> Approval:
    """Record an approval by the current user.

    Raises `ConfigurationError` for a photo, target or level that there is not, and for no reason.
    """
    _require_reason(why, "approved")
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


def revoke_approval(workspace: Workspace, number: int, why: str) -> Approval:
    """Take an approval back as the current user, and return the row that does.

    Raises `ApprovalChangedError` if it does not stand, `ConfigurationError` for no reason.
    """
    _require_reason(why, "revoked")
    return Approvals(workspace.ledger).revoke(number, getpass.getuser(), why)


def list_approvals(workspace: Workspace) -> list[Row]:
    """Return the standing approvals, and why one counts no longer.

    `merged_into`: the photo that its photo was merged into; `overtaken_at`: when another photo was
    merged into its photo after it was given.
    """
    approvals = Approvals(workspace.ledger)
    standing = approvals.standing()
    now = PhotoRegistry(workspace.ledger).current_ids({one.photo_id for one in standing})
    overtaken = approvals.overtaken(standing)
    return [
        {
            **{name: value for name, value in asdict(one).items() if name != "revokes"},
            "merged_into": None if now[one.photo_id] == one.photo_id else now[one.photo_id],
            "overtaken_at": overtaken.get(one.approval_id or 0),
        }
        for one in standing
    ]


def kinds_sentence(rows: Sequence[Row]) -> str:
    """Return "2 too visible, 1 unknown"."""
    kinds = Counter(row["kind"] for row in rows)
    return ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in sorted(kinds.items()))


def place_of(row: Row) -> str:
    """Return the catalog of a discrepancy, as approvals name it."""
    return f"{row['source']}/{row['catalog']}"


def month_of(row: Row) -> str:
    """Return the month of a discrepancy's photo as `2024-05`, or "unknown"."""
    return row["month"][:7] if row["month"] else "unknown"


def _require_reason(why: str, done: str) -> None:
    if not why.strip():
        raise ConfigurationError(
            f"No reason was given; nothing was {done}.",
            hint="Write why, for whoever asks later.",
        )


def _levels_at(workspace: Workspace, target: str) -> list[str]:
    """Return the levels that can be approved for a target, from least to most visible."""
    if target in sinks():
        return [level.value for level in LEVELS]
    service = SERVICES[find_catalog(workspace, target).source]
    said = set(service.levels.values())
    if service.always_states:  # an unknown level counts as public until that is approved
        said.add(Visibility.PUBLIC)
    return [level.value for level in LEVELS if level in said]
