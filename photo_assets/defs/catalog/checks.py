"""Checks on every catalog: complete accounting, no unconfirmed loss, nothing stale."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import dagster as dg

from photo_assets.catalogs.discovery.checking import (
    balances,
    count_stored,
    months_of_other_columns,
    read_ages,
    read_away,
    read_held,
)
from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import Held, Manifest, load_manifest
from photo_assets.catalogs.discovery.months import load_staged
from photo_assets.catalogs.protocol import advice_on
from photo_assets.catalogs.registry import build_catalogs
from photo_assets.defs.keys import catalog_key
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.workspace import Workspace

CatalogCheck = Callable[[Workspace, str], dg.AssetCheckResult]


def accounting_balances(workspace: Workspace, source: str) -> dg.AssetCheckResult:
    """In the last scan of each catalog, found = written + discarded + failed."""
    lines = ["| catalog | found | written | discarded | failed | moved | kept, not found |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|")
    balanced = True
    for name, manifest in _manifests(workspace, source):
        count = manifest.accounting
        balanced &= balances(manifest)
        names = ("found", "written", "discarded", "failed", "moved", "kept")
        cells = [count.get(name, 0) for name in names]
        lines.append(f"| {name} | " + " | ".join(f"{n:,}" for n in cells) + " |")
    return dg.AssetCheckResult(
        passed=balanced, metadata={"accounting": dg.MetadataValue.md("\n".join(lines))}
    )


def every_staged_row_is_in_the_table(workspace: Workspace, source: str) -> dg.AssetCheckResult:
    """The months in the lake have exactly the rows staged by discovery, with unique native ids."""
    found = count_stored(load_staged(workspace.staging, source), workspace.lake)
    return dg.AssetCheckResult(
        passed=not found.wrong and found.rows == found.ids,
        description=f"Wrong months: {', '.join(found.wrong)}" if found.wrong else None,
        metadata={"rows": found.rows, "ids": found.ids, "waiting_months": found.waiting},
    )


def columns_match_the_schema(workspace: Workspace, source: str) -> dg.AssetCheckResult:
    """Every month has exactly the documented columns, with the documented order and types."""
    wrong = months_of_other_columns(workspace.lake, source)
    return dg.AssetCheckResult(
        passed=not wrong,
        description=f"Months with other columns: {', '.join(wrong)}" if wrong else None,
        metadata={"columns": len(ITEM_SCHEMA), "wrong_months": len(wrong)},
    )


def nothing_vanished(workspace: Workspace, source: str) -> dg.AssetCheckResult:
    """No catalog has a large loss of items that waits for confirmation."""
    held = held_scans(workspace, source)
    text = "; ".join(
        f"{name} {h.sentence} If this is intended: photosync confirm {source}/{name}"
        for name, h in held.items()
    )
    return dg.AssetCheckResult(
        passed=not held,
        severity=dg.AssetCheckSeverity.ERROR,
        description=text or None,
        metadata={name: h.lost for name, h in held.items()},
    )


def held_scans(workspace: Workspace, source: str) -> dict[str, Held]:
    """Return the losses of `source` that wait for confirmation, by catalog."""
    return read_held(workspace.staging, source, workspace.settings.catalogs.of(source))


def away_catalogs(workspace: Workspace, source: str) -> set[str]:
    """Return the catalogs of `source` that could not be reached in the last attempt."""
    return read_away(workspace.staging, source, workspace.settings.catalogs.of(source))


def every_catalog_was_read(workspace: Workspace, source: str) -> dg.AssetCheckResult:
    """Each catalog is online and was read within its own `stale_after_hours`."""
    hours = {
        name: settings.stale_after_hours
        for name, settings in workspace.settings.catalogs.of(source).items()
        if settings.enabled
    }
    found = read_ages(workspace.staging, source, hours, datetime.now(UTC))
    return dg.AssetCheckResult(
        passed=not found.stale,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(found.stale) or None,
        metadata={
            **{f"{name}_age_hours": age for name, age in found.hours.items()},
            **{
                f"{name}_{what}": figure
                for name, figures in found.figures.items()
                for what, figure in figures.items()
            },
        },
    )


def every_catalog_is_current(workspace: Workspace, source: str) -> dg.AssetCheckResult:
    """No catalog was replaced by a newer version, in its folder, that its program now uses."""
    advised = {
        catalog.name: advice
        for catalog in build_catalogs(workspace, source)
        if (advice := advice_on(catalog))
    }
    lines = [f"{name}: {one.text} {one.fix}" for name, all_ in advised.items() for one in all_]
    return dg.AssetCheckResult(
        passed=not lines,
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join(lines) or None,
        metadata={"catalogs": len(advised)},
    )


CHECKS: tuple[tuple[CatalogCheck, bool], ...] = (
    (accounting_balances, True),
    (every_staged_row_is_in_the_table, True),
    (columns_match_the_schema, True),
    (nothing_vanished, False),
    (every_catalog_was_read, False),
    (every_catalog_is_current, False),
)
"""Each check, and whether its failure blocks downstream steps of the same run.

They are part of the asset's step. Separate steps would add six per source and run, each with events
and a pass over every month, and would not run after a failed month.
"""


def check_specs(source: str) -> list[dg.AssetCheckSpec]:
    """Return the specs of the checks of `catalog/<source>`."""
    return [
        dg.AssetCheckSpec(
            check.__name__,
            asset=catalog_key(source),
            blocking=blocking,
            description=check.__doc__,
        )
        for check, blocking in CHECKS
    ]


def check_results(workspace: Workspace, source: str) -> Iterator[dg.AssetCheckResult]:
    """Yield the result of every check of `catalog/<source>`; a check that raises has failed."""
    for check, _blocking in CHECKS:
        try:
            result = check(workspace, source)
        except Exception as error:  # otherwise the failed months would not be reported
            result = dg.AssetCheckResult(
                passed=False, description=f"The check could not be evaluated: {error}"
            )
        yield result._replace(check_name=check.__name__, asset_key=catalog_key(source))


def evaluation(check: CatalogCheck, workspace: Workspace, source: str) -> dg.AssetCheckEvaluation:
    """Return the check's result as an event that can be reported outside a run of the asset."""
    result = check(workspace, source)
    return dg.AssetCheckEvaluation(
        asset_key=catalog_key(source),
        check_name=check.__name__,
        passed=result.passed,
        severity=result.severity,
        description=result.description,
        metadata=result.metadata,
    )


def _manifests(workspace: Workspace, source: str) -> Iterator[tuple[str, Manifest]]:
    for name in workspace.settings.catalogs.of(source):
        manifest = load_manifest(catalog_folder(workspace.staging, source, name))
        if manifest is not None:
            yield name, manifest
