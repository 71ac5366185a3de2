"""The metadata of descriptions in the UI, and the check of the ceiling. No reply is shown."""

from typing import Any

import dagster as dg

from photo_assets.ai.describing import MonthDescribed
from photo_assets.ai.forecast import ceiling_state
from photo_assets.defs.keys import DESCRIPTIONS as KEY
from photo_assets.workspace import Workspace

CEILING_CHECK = dg.AssetCheckSpec(
    "calls_stay_below_the_ceiling",
    asset=KEY,
    description="All calls together, those without a recorded outcome with all that was reserved "
    "for them, are below `ai.ceiling`.",
)


def describe_month(made: MonthDescribed) -> dict[str, Any]:
    """Return the metadata of one month of descriptions."""
    return {
        "dagster/partition_row_count": made.written.rows,
        "dagster/uri": dg.MetadataValue.path(str(made.written.path)),
        "changed": made.written.changed,
        **dict(sorted(made.counts.items())),
        **({"ceiling_reached": made.ceiling} if made.ceiling else {}),
    }


def calls_stay_below_the_ceiling(workspace: Workspace) -> dg.AssetCheckResult:
    """Compare what all calls used with the ceiling."""
    state = ceiling_state(workspace)
    return dg.AssetCheckResult(
        check_name=CEILING_CHECK.name,
        passed=state.exceeded is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"ai.ceiling.{state.exceeded} is below what was used."
        if state.exceeded
        else None,
        metadata={
            "calls": state.used.calls,
            "tokens": state.used.tokens,
            "money": state.used.micros / 1_000_000,
        },
    )
