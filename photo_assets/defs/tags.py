"""Run and event tags: the project's own, and those from which Dagster computes staleness."""

from collections.abc import Mapping, Sequence

import dagster as dg

LAYER = "photo_assets/layer"
SOURCE = "photo_assets/source"
SINK = "photo_assets/sink"
RETRY_FAILED = "photo_assets/retry_failed"
"""On runs that resend rows refused by the service."""

PLAN_ID = "photo_assets/plan"
"""On runs that write exactly the plan with this id, or nothing."""

ALLOW_RETIRING = "photo_assets/allow_retiring"
"""On runs that may retire many rows at once."""

CHANGED_ONLY = "photo_assets/changed_only"
"""On runs that automation starts over a range: unchanged months are skipped."""

VERIFY = "photo_assets/verify"
"""On runs that also check that every created file still exists, and that joining all photos gives
the stored result."""

NIGHT = "photo_assets/night"
"""On nightly runs: the day number since year 1, for work that is spread over several nights.
dagster.yaml allows one of them at a time."""

READ_STORES = "photo_assets/read_stores"
"""On runs that read a share of each store of originals in full."""

FULL_SCAN = "photo_assets/full_scan"
"""On runs that read everything again, regardless of change tokens."""

BY_CONDITION = "dagster/from_automation_condition"
"""Dagster's own tag on runs started by an asset's automation condition."""

NOTHING = "NULL"
"""Dagster's own value for the version and the event of an input without any event."""

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"


def range_tags(months: Sequence[str]) -> dict[str, str]:
    """Return the tags of one run over the whole range from the first to the last of `months`.

    Scattered months would be one run each; a range is one run, whose body skips current months.
    """
    return {RANGE_START: min(months), RANGE_END: max(months), CHANGED_ONLY: "true"}


def version_tags(
    version: str, code_version: str, inputs: Mapping[dg.AssetKey, tuple[str, str]]
) -> dict[str, str]:
    """Return the data-version tags of a materialization yielded by a body.

    `inputs` maps each upstream key to (data version, storage id of its event), or to `NOTHING`
    twice: an upstream month without an event must be listed too, or it would count as new. Without
    these tags, a partition stays fresh in the UI regardless of upstream changes.
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
    """Return the tags that record the version of one input; see `version_tags`."""
    name = "/".join(key.path)
    return {
        f"dagster/input_data_version/{name}": version,
        f"dagster/input_event_pointer/{name}": pointer,
    }
