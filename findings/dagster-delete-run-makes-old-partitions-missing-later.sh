#!/usr/bin/env bash
# Expected: deleting the record of a finished run, to keep the event log small, leaves what the run
# made; if not, that shows at once.
# Seen: three answers. The set of materialized partitions loses the partitions of the deleted runs.
# The asset still has the event of a deleted run as its latest materialization. And automation goes by
# a cache that deletion does not touch, so that AutomationCondition.missing() asks for nothing. The
# cache is built anew when the definition of the partitions changes, for instance when a month is
# added. Only then, perhaps weeks after the deletion, all the old partitions are requested.
# A photo library in monthly partitions is written once and rarely again: after "delete runs older
# than 90 days" the next new month reads, hashes and decodes the whole library again.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet \
  dagster==1.13.27 SQLAlchemy==2.1.9 protobuf==6.33.6 grpcio==1.85.1 grpcio-health-checking==1.81.1

cd "$work"
"$work/venv/bin/python" -W ignore - <<'PY'
import logging
from importlib.metadata import version

import dagster as dg

logging.disable(logging.CRITICAL)
print(f"Dagster {version('dagster')}")
OLD = ["2019-05", "2019-06", "2019-07"]
KEY = dg.AssetKey("photos")


def photos_by(months: list[str]) -> dg.AssetsDefinition:
    @dg.asset(
        partitions_def=dg.StaticPartitionsDefinition(months),
        automation_condition=dg.AutomationCondition.missing(),
    )
    def photos() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"rows": 1})

    return photos


def report(when: str, instance: dg.DagsterInstance, months: list[str]) -> tuple[list[str], bool, list[str]]:
    made = sorted(instance.get_materialized_partitions(KEY))
    known = instance.get_latest_materialization_event(KEY) is not None
    result = dg.evaluate_automation_conditions(defs=[photos_by(months)], instance=instance)
    asked = sorted(map(str, result.get_requested_partitions(KEY)))
    print(f"{when}: materialized {made}, has a latest materialization: {known}, missing() requests {asked}")
    return made, known, asked


with dg.DagsterInstance.ephemeral() as instance:
    runs = [dg.materialize([photos_by(OLD)], partition_key=month, instance=instance) for month in OLD]
    assert all(run.success for run in runs)
    assert report("after the runs", instance, OLD) == (OLD, True, [])
    for run in runs:
        instance.delete_run(run.run_id)
    assert report("after their records were deleted", instance, OLD) == ([], True, [])
    grown = [*OLD, "2026-11"]
    assert report("after a month was added", instance, grown) == ([], True, grown)

with dg.DagsterInstance.ephemeral() as instance:
    for month in OLD:
        dg.materialize([photos_by(OLD)], partition_key=month, instance=instance)
    assert report("for comparison, nothing deleted", instance, OLD) == (OLD, True, [])
    assert report("the same after a month was added", instance, grown) == (OLD, True, ["2026-11"])
PY
