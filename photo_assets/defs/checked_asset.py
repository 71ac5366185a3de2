"""Monthly assets whose checks are part of the same step and can also be run alone.

Dagster offers to run such a check alone only if the step can be subset. The work of the step itself
does not belong here.
"""

from collections.abc import Callable, Iterable, Iterator

import dagster as dg

from photo_assets.defs.asset_properties import code_of
from photo_assets.defs.monthly import BodyEvent
from photo_assets.defs.partitions import MONTHS
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.workspace import Workspace

Body = Callable[[dg.AssetExecutionContext, PhotoLibrary], Iterator[BodyEvent]]
Look = Callable[[Workspace], Iterable[dg.AssetCheckResult]]


def checked_asset(
    spec: dg.AssetSpec, checks: list[dg.AssetCheckSpec], look: Look, *, pool: str
) -> Callable[[Body], dg.AssetsDefinition]:
    """Turn a body that yields months, checks and finally `finish` into a monthly asset.

    `look` yields the results of all checks from the stored tables; a run of checks alone calls only
    that. Results that the run did not select are dropped.
    """
    name = "__".join(spec.key.path)

    def decorate(body: Body) -> dg.AssetsDefinition:
        @dg.multi_asset(
            name=name,
            specs=[spec.merge_attributes(metadata=code_of(body))],
            check_specs=checks,
            can_subset=True,
            partitions_def=MONTHS,
            pool=pool,
            backfill_policy=dg.BackfillPolicy.single_run(),
        )
        def step(context: dg.AssetExecutionContext, library: PhotoLibrary) -> Iterator[BodyEvent]:
            both = spec.key in context.selected_asset_keys
            for event in body(context, library) if both else look(library.workspace):
                if isinstance(event, dg.Output):
                    yield dg.Output(None, output_name=name, metadata=event.metadata)
                elif not isinstance(event, dg.AssetCheckResult) or _wanted(context, spec, event):
                    yield event

        return step

    return decorate


def _wanted(
    context: dg.AssetExecutionContext, spec: dg.AssetSpec, result: dg.AssetCheckResult
) -> bool:
    return any(
        key == dg.AssetCheckKey(spec.key, result.check_name or "")
        for key in context.selected_asset_check_keys
    )
