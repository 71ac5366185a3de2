"""What `sync` is asked for, reports, and returns. Running anything does not belong here."""

from dataclasses import dataclass, field
from datetime import date

from photo_assets.catalogs.discovery.discover import Discovery
from photo_assets.defs.failures import RunFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """The sources and catalogs to update; empty means all."""

    sources: tuple[str, ...] = ()
    catalog: str | None = None
    since: date | None = None
    """Only months of capture from this date's month on are written and fingerprinted."""
    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgress:
    """The progress of a stage."""

    stage: str
    done: int
    total: int | None
    unit: str
    elapsed_s: float


@dataclass(slots=True, kw_only=True)
class SyncResult:
    """The result of all runs. `plans`: number of unsent rows by sink; `vault`: its faults.

    `copies` were written to the stores in these runs; `commit`: what the history's new commit
    says, None if there is none.
    """

    discoveries: list[Discovery] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    failed_runs: list[str] = field(default_factory=list)
    failures: list[RunFailure] = field(default_factory=list)
    months: dict[str, int] = field(default_factory=dict)
    plans: dict[str, int] = field(default_factory=dict)
    vault: list[str] = field(default_factory=list)
    copies: int = 0
    commit: str | None = None
