"""Sensors that follow one layer with the next, month by month.

Which months differ, and what their inputs are, is told by the asset's room; what one run over
several months does is in `monthly`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dagster as dg
from dagster._core.definitions.target import ExecutableDefinition

from photo_assets.defs.events import is_active
from photo_assets.defs.monthly import MonthlyAsset, to_try
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.tags import LAYER
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How one monthly asset follows what it is made from.

    `layers`: while a run over one of these is under way, nothing is looked at, and `waits` says so.
    `differ` returns the months that are not current, `input_digest` what one is made from.
    """

    asset: MonthlyAsset
    layers: Sequence[str]
    waits: str
    differ: Callable[[Workspace], list[str]]
    input_digest: Callable[[Workspace, str], str]


def following_sensor(
    name: str, job: ExecutableDefinition, description: str, following: Following
) -> dg.SensorDefinition:
    """Return the sensor that asks for one run over the months that differ.

    A month that would be made the same again is said to be the same again, without a run; one that
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
        due = to_try(
            workspace, asset.key, differ, lambda month: following.input_digest(workspace, month)
        )
        return asset.follow(context, workspace, differ, due)

    return follow
