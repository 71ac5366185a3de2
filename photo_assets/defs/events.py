"""Queries on Dagster's runs and on the latest event of each partition."""

from collections.abc import Collection

import dagster as dg
from dagster import DagsterEventType

ACTIVE = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def is_active(instance: dg.DagsterInstance, tags: dict[str, str | list[str]]) -> bool:
    """Return whether a run with these tags is queued or running."""
    runs = instance.get_runs(dg.RunsFilter(statuses=ACTIVE, tags=tags), limit=1)
    return bool(runs)


def is_active_over(instance: dg.DagsterInstance, keys: Collection[dg.AssetKey]) -> bool:
    """Return whether any run that materializes one of `keys` is queued or running.

    Runs started in the UI or by an automation condition belong to none of the project's jobs and
    lack its tags.
    """
    runs = instance.get_runs(dg.RunsFilter(statuses=ACTIVE))
    return any(run.asset_selection and not run.asset_selection.isdisjoint(keys) for run in runs)


def latest_storage_ids(
    instance: dg.DagsterInstance, key: dg.AssetKey, *, observed: bool = False
) -> dict[str, int]:
    """Return partition -> storage id of the latest materialization (or observation) of `key`."""
    kind = (
        DagsterEventType.ASSET_OBSERVATION if observed else DagsterEventType.ASSET_MATERIALIZATION
    )
    found = instance.event_log_storage.get_latest_storage_id_by_partition(key, kind)
    return dict(found)


def latest_versions(
    instance: dg.DagsterInstance, key: dg.AssetKey, *, observed: bool = False
) -> dict[str, str]:
    """Return partition -> data version of the latest materialization (or observation) of `key`."""
    kind = (
        DagsterEventType.ASSET_OBSERVATION if observed else DagsterEventType.ASSET_MATERIALIZATION
    )
    tags = instance.event_log_storage.get_latest_tags_by_partition(
        key, kind, ["dagster/data_version"]
    )
    return {partition: found["dagster/data_version"] for partition, found in tags.items()}
