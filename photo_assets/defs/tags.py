"""Run and event tags: ours, and the ones Dagster reads staleness from."""

from collections.abc import Mapping, Sequence

import dagster as dg

LAYER = "photo_assets/layer"
SOURCE = "photo_assets/source"
SINK = "photo_assets/sink"
RETRY_FAILED = "photo_assets/retry_failed"
"""On runs that send once more what the service refused."""

PLAN_ID = "photo_assets/plan"
"""On runs that write the plan with this id, or nothing."""

ALLOW_RETIRING = "photo_assets/allow_retiring"
"""On runs that may mark many rows at once as no longer true."""

CHANGED_ONLY = "photo_assets/changed_only"
"""On runs that automation starts over a range: months that did not change are passed over."""

VERIFY = "photo_assets/verify"
"""On runs that also look whether every file that was made is still there, and every photo what it
was."""

NIGHT = "photo_assets/night"
"""On nightly runs: the day, counted from year 1, for what is looked at in turn. dagster.yaml lets
one of them run at a time."""

FULL_SCAN = "photo_assets/full_scan"
"""On runs that read everything again, whatever the change tokens say."""

BY_CONDITION = "dagster/from_automation_condition"
"""Dagster's own word on runs that an asset's automation condition started."""

NOTHING = "NULL"
"""Dagster's own word for the version, and the event, of an input that was never stated."""

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"


def range_tags(months: Sequence[str]) -> dict[str, str]:
    """Return the tags of one run over the whole range from the first to the last of `months`.

    Scattered months would be one run each; the range is one, and its body skips what is current.
    """
    return {RANGE_START: min(months), RANGE_END: max(months), CHANGED_ONLY: "true"}


def version_tags(
    version: str, code_version: str, inputs: Mapping[dg.AssetKey, tuple[str, str]]
) -> dict[str, str]:
    """Return what makes a hand-yielded materialization take part in data versions.

    `inputs` maps each upstream key to (data version, storage id of the event that stated it), or
    to `NOTHING` twice: an upstream month that has no event is still an input, or it counts as new.
    Without these tags a partition stays fresh in the UI whatever happens upstream.
    """
    tags = {
        "dagster/data_version": version,
        "dagster/data_version_is_user_provided": "true",
        "dagster/code_version": code_version,
    }
    for key, (input_version, pointer) in inputs.items():
        tags |= input_tags(key, input_version, pointer)
    return tags


def input_tags(key: dg.AssetKey, version: str, pointer: str) -> dict[str, str]:
    """Return what says of which version one input was; see `version_tags`."""
    name = "/".join(key.path)
    return {
        f"dagster/input_data_version/{name}": version,
        f"dagster/input_event_pointer/{name}": pointer,
    }
