"""The automation condition that starts look-alikes and plans.

Sensors start monthly assets, one run over a range. Unpartitioned assets follow them and are started
by this condition.
"""

import dagster as dg
from dagster import AssetSelection
from dagster import AutomationCondition as A


def follows(*keys: dg.AssetKey) -> A[dg.AssetKey]:
    """Return a condition: run when data of one of `keys` changed and no upstream run is active.

    - `data_version_changed`, not `newly_updated`: an event that restates the same version
      starts nothing.
    - `will_be_requested` lets assets that follow each other start in the same run.
    - no `any_deps_missing`: months without photos are never materialized and would block forever.
    - reset by a request and not by an update: a change that arrives during a run, and is evaluated
      together with the end of that run, is not lost. Nor is one that is evaluated together with
      the request (`outside`), unless it comes from a join that was requested with it.
    - `missing` covers changes before the first tick; `execution_failed` is the only retry.
    """
    chosen = AssetSelection.assets(*keys)
    changed = A.any_deps_match(A.data_version_changed() | A.will_be_requested()).allow(chosen)
    outside = A.any_deps_match(A.data_version_changed() & ~A.newly_requested()).allow(chosen)
    present = A.any_deps_match(~A.missing()).allow(chosen)
    reset = (A.newly_requested() & ~outside) | A.initial_evaluation()
    # Settings that affect an asset are part of its code version.
    wanted = (changed | A.code_version_changed()).since(reset) | (
        A.missing() & present & ~A.execution_failed()
    )
    retry = A.execution_failed().newly_true()
    at_rest = ~A.in_progress() & ~A.any_deps_in_progress()
    return (
        (wanted.with_label("inputs changed, or never materialized") | retry.with_label("try again"))
        & at_rest.with_label("no upstream run in progress")
    ).with_label("follows its inputs")


@dg.definitions
def automation() -> dg.Definitions:
    """Return the sensor that evaluates the conditions; it is on from the start."""
    return dg.Definitions(
        sensors=[
            dg.AutomationConditionSensorDefinition(
                "follow_changes",
                target=AssetSelection.all(),
                default_status=dg.DefaultSensorStatus.RUNNING,
                minimum_interval_seconds=60,
                emit_backfills=False,
                description="Updates look-alikes and plans when their inputs change.",
            )
        ]
    )
