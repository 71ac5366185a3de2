"""Checks on fingerprints: one row per catalog item, and every file decoded."""

from collections import Counter

import dagster as dg

from photo_assets.defs.keys import FINGERPRINTS
from photo_assets.identity.faults import file_faults
from photo_assets.identity.monthly import count_rows
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace

ROWS_CHECK = dg.AssetCheckSpec(
    "every_item_has_a_fingerprint_row",
    asset=FINGERPRINTS,
    blocking=True,
    description="Months that are up to date have exactly one row for each catalog item.",
)
FILES_CHECK = dg.AssetCheckSpec(
    "every_file_was_decoded",
    asset=FINGERPRINTS,
    description="Every file that is present was read, and every picture was decoded.",
)


def every_item_has_a_fingerprint_row(workspace: Workspace) -> dg.AssetCheckResult:
    """Months that are up to date have exactly one row for each catalog item."""
    found = count_rows(workspace.lake)
    wrong = [
        f"{month}: {counted(rows, 'row')} for {counted(items, 'item')}"
        for month, (rows, items) in found.wrong.items()
    ]
    return dg.AssetCheckResult(
        check_name=ROWS_CHECK.name,
        passed=not wrong,
        description="; ".join(wrong) or None,
        metadata={"rows": found.rows, "waiting_months": found.waiting},
    )


def every_file_was_decoded(workspace: Workspace) -> dg.AssetCheckResult:
    """Every file that is present was read, and every picture was decoded."""
    faults = file_faults(workspace.lake)
    catalogs = Counter(f"{fault.source}/{fault.catalog}" for fault in faults)
    reasons = Counter(fault.why for fault in faults)
    lines = ["| reason | files |", "|---|---:|"]
    lines += [f"| {reason} | {count:,} |" for reason, count in sorted(reasons.items())]
    return dg.AssetCheckResult(
        check_name=FILES_CHECK.name,
        passed=not faults,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(
            f"{name}: {counted(count, 'file')} damaged, or cannot be decoded or read. "
            f"To list them: photosync report {name}"
            for name, count in sorted(catalogs.items())
        )
        or None,
        metadata={
            "files": len(faults),
            "reasons": dg.MetadataValue.md("\n".join(lines) if faults else "None."),
        },
    )
