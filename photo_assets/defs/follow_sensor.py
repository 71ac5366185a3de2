"""Sensors that update a monthly asset after the layer before it.

The asset's package determines which months differ and what their inputs are. The body of a run over
several months is in `monthly`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dagster as dg
from dagster._core.definitions.target import ExecutableDefinition

from photo_assets.defs.events import is_active
from photo_assets.defs.monthly import MonthlyAsset, still_to_try
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.tags import LAYER
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How one monthly asset follows its inputs.

    `layers`: while a run of one of these is active, the sensor skips with the reason `waits`.
    `differ` returns the months that are not current, `input_digest` the digest of one month's
    inputs.
    """

    asset: MonthlyAsset
    layers: Sequence[str]
    waits: str
    differ: Callable[[Workspace], list[str]]
    input_digest: Callable[[Workspace, str], str]


def following_sensor(
    name: str, job: ExecutableDefinition, description: str, following: Following
) -> dg.SensorDefinition:
    """Return the sensor that requests one run over the months that differ.

    A month whose result would be the same is reported as unchanged without a run. A month that
    failed twice with the same input waits for a change.
    """

    @dg.sensor(
        name=name,
        job=job,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=description,
    )
    def follow(
        context: dg.SensorEvaluationContext, library: PhotoLibrary
    ) -> dg.SensorResult | dg.SkipReason:
        if is_active(context.instance, {LAYER: list(following.layers)}):
            return dg.SkipReason(following.waits)
        workspace, asset = library.workspace, following.asset
        differ = following.differ(workspace)
        due = still_to_try(
            workspace, asset.key, differ, lambda month: following.input_digest(workspace, month)
        )
        return asset.follow(context, workspace, differ, due)

    return follow
