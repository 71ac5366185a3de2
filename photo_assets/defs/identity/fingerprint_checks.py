"""The check on fingerprints: no item lost between the catalogs and here."""

import dagster as dg

from photo_assets.defs.keys import FINGERPRINTS
from photo_assets.identity.monthly import due_months, input_digest
from photo_assets.store.workspace import Workspace

ROWS_CHECK = dg.AssetCheckSpec(
    "every_item_has_a_fingerprint_row",
    asset=FINGERPRINTS,
    blocking=True,
    description="Months that are not waiting hold exactly one row for each item of the catalogs.",
)


def every_item_has_a_fingerprint_row(workspace: Workspace) -> dg.AssetCheckResult:
    """Months that are not waiting hold exactly one row for each item of the catalogs."""
    lake = workspace.lake
    waiting = set(due_months(lake, {}))
    wrong = []
    rows = 0
    for month in lake.names(("identity", "fingerprints")):
        footer = lake.footer(("identity", "fingerprints"), month)
        if footer is None or footer.extra.get("inputs") != input_digest(lake, month):
            continue
        stored = [lake.footer(("catalog", source), month) for source in lake.catalogs()]
        expected = sum(f.rows for f in stored if f is not None)
        rows += footer.rows
        if footer.rows != expected:
            wrong.append(f"{month}: {footer.rows} rows for {expected} items")
    return dg.AssetCheckResult(
        check_name=ROWS_CHECK.name,
        passed=not wrong,
        description="; ".join(wrong) or None,
        metadata={"rows": rows, "months_waiting": len(waiting)},
    )
