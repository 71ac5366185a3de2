"""Repeating the last event of months that are unchanged although their inputs have new versions.

Not every change of an input affects the result: an edited caption gives a month of fingerprints a
new version, but the same thumbnails. Without a new event, Dagster would show the thumbnails as
stale. The last results of the asset's checks are repeated too: Dagster shows those that are older
than the last materialization as not evaluated.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import dagster as dg

from photo_assets.defs.events import latest_storage_ids, latest_versions
from photo_assets.defs.row_totals import TOTAL_ROWS, RowTotals
from photo_assets.defs.tags import NOTHING, input_tags

Event = dg.AssetMaterialization | dg.AssetCheckEvaluation


def repeat_events(
    instance: dg.DagsterInstance,
    key: dg.AssetKey,
    inputs: Mapping[dg.AssetKey, bool],
    other: Collection[str],
    code_version: str,
    cursor: str | None,
) -> tuple[list[dg.AssetMaterialization], str]:
    """Return the last events of `key` with current versions, where the recorded versions differ.

    Months in `other` must be rebuilt and are left out. `inputs` as in `MonthlyAsset`. With the
    returned cursor, the next call skips the events that this call has evaluated.
    """
    number, _, version = (cursor or "0 ").partition(" ")
    looked_at = int(number) if version == code_version else 0
    ids = {up: latest_storage_ids(instance, up, observed=seen) for up, seen in inputs.items()}
    last = max((id_ for found in ids.values() for id_ in found.values()), default=0)
    if last <= looked_at:
        return [], f"{looked_at} {code_version}"
    versions = {up: latest_versions(instance, up, observed=seen) for up, seen in inputs.items()}
    events: list[dg.AssetMaterialization] = []
    for month, own in sorted(latest_storage_ids(instance, key).items()):
        after = max(own, looked_at)
        newer = any(found.get(month, 0) > after for found in ids.values())
        if month in other or not (newer or version != code_version):
            continue
        wanted = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[month])
        last_event = (
            instance.fetch_materializations(wanted, limit=1).records[0].asset_materialization
        )
        assert last_event is not None
        tags = dict(last_event.tags or {})
        today = {"dagster/code_version": code_version}
        for up in inputs:
            pointer = str(ids[up].get(month, NOTHING))
            today |= input_tags(up, versions[up].get(month, NOTHING), pointer)
        if any(tags.get(name) != today[name] for name in today if "event_pointer" not in name):
            event = dg.AssetMaterialization(
                asset_key=key, partition=month, metadata=last_event.metadata, tags=tags | today
            )
            events.append(event)
    return events, f"{last} {code_version}"


def with_state(
    events: Sequence[dg.AssetMaterialization],
    instance: dg.DagsterInstance,
    checks: Iterable[dg.AssetCheckKey],
    totals: RowTotals,
) -> Iterator[Event]:
    """Yield repeated events with the table's size now, then the last results of its checks."""
    for event in events:
        now = totals.with_month("", {}) if TOTAL_ROWS in event.metadata else {}
        shown = {name: dg.MetadataValue.int(rows) for name, rows in now.items()}
        yield event._replace(metadata={**event.metadata, **shown})
    storage = instance.event_log_storage
    latest = storage.get_latest_asset_check_execution_by_key(list(checks)) if events else {}
    for record in latest.values():
        done = record.evaluation
        if done is not None:
            yield dg.AssetCheckEvaluation(
                asset_key=done.asset_key,
                check_name=done.check_name,
                passed=done.passed,
                metadata=done.metadata,
                severity=done.severity,
                description=done.description,
                blocking=done.blocking,
            )
