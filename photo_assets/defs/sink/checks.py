"""Checks on sinks: they follow the view, no row was refused, and written rows are intact."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import dagster as dg

from photo_assets.defs.keys import SINK_OUTCOMES, SINK_PLANS, UNIFIED
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.sink.status import sink_status
from photo_assets.service_calls import ServiceError
from photo_assets.sinks.engine.plan_store import current_plan
from photo_assets.sinks.engine.verifying import verify_sink
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.registry import open_sink, sink_settings, sinks
from photo_assets.workspace import Workspace

_SHOWN = 10


def evaluate_lag(workspace: Workspace, sink: str) -> tuple[bool, dict[str, Any]]:
    """Return whether the sink follows the view within its window, and counts as metadata."""
    now = datetime.now(UTC)
    settings = sink_settings(workspace, sink)
    status = sink_status(workspace, sink)
    late = status.late(now, timedelta(hours=settings.follow_within_hours))
    # These are not written automatically, no matter how short a time they have waited.
    by_hand = not settings.automatic and status.plan is not None and not status.followed
    how = f" sinks.{sink}.automatic is false: photosync replicate {sink} --execute writes them."
    return not (settings.enabled and (late or by_hand)), {
        "state": status.sentence(now) + (how if by_hand else ""),
        "waiting_rows": status.waiting,
        "refused": status.failed,
        "window_h": settings.follow_within_hours,
        "view_changed_at": status.since.isoformat(timespec="minutes") if status.since else "",
    }


def build_checks(sink: str) -> list[dg.AssetChecksDefinition]:
    """Return the checks of one sink."""
    outcome = SINK_OUTCOMES[sink]

    @dg.asset_check(asset=outcome, additional_deps=[UNIFIED])
    def follows_the_view(library: PhotoLibrary) -> dg.AssetCheckResult:
        """The sink is up to date with the unified view, or behind by less than its time window."""
        passed, metadata = evaluate_lag(library.workspace, sink)
        return dg.AssetCheckResult(
            passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=metadata
        )

    @dg.asset_check(asset=outcome)
    def nothing_was_refused(library: PhotoLibrary) -> dg.AssetCheckResult:
        """No row of the current plan was refused by the service."""
        status = sink_status(library.workspace, sink)
        return dg.AssetCheckResult(
            passed=status.failed == 0,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"refused": status.failed},
        )

    @dg.asset_check(asset=outcome)
    def written_rows_are_unchanged(library: PhotoLibrary) -> dg.AssetCheckResult:
        """Reading the service back gives the written rows, each exactly once."""
        return _read_back(library.workspace, sink)

    @dg.asset_check(asset=SINK_PLANS[sink])
    def every_row_fits_the_limits(library: PhotoLibrary) -> dg.AssetCheckResult:
        """Every row of the plan fits completely within the service's limits."""
        plan = current_plan(library.workspace, sink)
        notes = islice(plan.noted() if plan else (), _SHOWN)
        shown = [f"- `{row['key'][:60]}`: {row['note']}" for row in notes]
        return dg.AssetCheckResult(
            passed=not shown,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "rows_over_limit": sum(part.notes for part in plan.parts) if plan else 0,
                "examples": dg.MetadataValue.md("\n".join(shown) or "None."),
            },
        )

    return [
        follows_the_view,
        nothing_was_refused,
        written_rows_are_unchanged,
        every_row_fits_the_limits,
    ]


def _read_back(workspace: Workspace, sink: str) -> dg.AssetCheckResult:
    warn = dg.AssetCheckSeverity.WARN
    if not sink_settings(workspace, sink).enabled:
        off = f"sinks.{sink}.enabled is false"
        return dg.AssetCheckResult(passed=True, severity=warn, metadata={"not_checked": off})
    try:
        found = verify_sink(workspace, open_sink(workspace, sink))
    except SinkNotReadyError as error:
        return dg.AssetCheckResult(passed=True, severity=warn, metadata={"not_checked": str(error)})
    except ServiceError as error:
        return dg.AssetCheckResult(
            passed=False, severity=warn, metadata={"not_checked": str(error)}
        )
    drifted = [f"- `{row.key[:60]}`: {row.why}" for row in found.drifted[:_SHOWN]]
    return dg.AssetCheckResult(
        passed=not found.drifted and not found.duplicates,
        severity=warn,
        metadata={
            "rows": found.rows,
            "drifted": len(found.drifted),
            "duplicates": len(found.duplicates),
            "other_entries": found.strangers,
            "examples": dg.MetadataValue.md("\n".join(drifted) or "None."),
            "duplicate_keys": ", ".join(found.duplicates[:_SHOWN]) or "none",
        },
    )


@dg.definitions
def sink_checks() -> dg.Definitions:
    """Return the checks of all sinks."""
    return dg.Definitions(asset_checks=[check for sink in sinks() for check in build_checks(sink)])
