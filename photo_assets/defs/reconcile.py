"""What schedules start: the nightly reconcile, and looks at what sinks hold.

The night reads every catalog again, whatever the change tokens say, writes one event for every
asset, so that freshness in the UI means "was looked at", and lets automation try again what it had
given up. It is one job and one schedule, whose runs cover a part of the job each: a run of
everything would end with the first catalog that cannot be read, and all its steps would share one
range of months and one set of tags.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import dagster as dg

from photo_assets.catalogs.registry import SOURCES
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.defs.jobs import MIRROR, NIGHT_JOB, VERIFY_SINK
from photo_assets.defs.keys import (
    CONFLICTS,
    FINGERPRINTS,
    LOOKALIKES,
    MIRRORS,
    PHOTOS,
    SINK_OUTCOMES,
    SINK_PLANS,
    THUMBNAILS,
    UNIFIED,
    catalog_key,
    follows_check,
    refused_check,
)
from photo_assets.defs.partitions import first_month
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.tags import (
    CHANGED_ONLY,
    FULL_SCAN,
    LAYER,
    NIGHT,
    RANGE_END,
    RANGE_START,
    RETRY_FAILED,
    SINK,
    SOURCE,
    VERIFY,
)
from photo_assets.library import load_configuration
from photo_assets.model.months import month_key
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.registry import (
    enabled_sinks,
    mirror_of,
    open_sink,
    sink_settings,
    sinks,
    spec_of,
)
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class NightPart:
    """One run of the night. `months`: from which to which; None for assets without months."""

    name: str
    keys: tuple[dg.AssetKey, ...]
    tags: Mapping[str, str]
    months: tuple[str, str] | None = None
    checks: tuple[dg.AssetCheckKey, ...] | None = field(default=None)
    """Those that are evaluated too; all of the assets' where None."""


def night_parts(workspace: Workspace, day: date) -> Iterator[NightPart]:
    """Yield the parts of a night in their order. Sources and sinks that are not set up have none.

    Catalogs get an event for this month: their sensors have the other months written that differ.
    """
    this, every = (month_key(day), month_key(day)), (first_month(workspace), month_key(day))
    for source in SOURCES:
        if workspace.settings.catalogs.of(source):
            yield NightPart(
                name=f"catalog_{source}",
                keys=(catalog_key(source),),
                tags={LAYER: "catalog", SOURCE: source, FULL_SCAN: "true"},
                months=this,
            )
    verify = {CHANGED_ONLY: "true", VERIFY: "true"}
    for name, key in (("fingerprints", FINGERPRINTS), ("thumbnails", THUMBNAILS)):
        yield NightPart(name=name, keys=(key,), tags={LAYER: name, **verify}, months=every)
    # Photos first: they decide which months of metadata changed.
    yield NightPart(name="photos", keys=(PHOTOS,), tags={LAYER: "joins", **verify}, months=every)
    yield NightPart(name="lookalikes", keys=(LOOKALIKES,), tags={LAYER: "lookalikes"})
    tags = {LAYER: "metadata", **verify}
    yield NightPart(name="metadata", keys=(UNIFIED, CONFLICTS), tags=tags, months=every)
    for sink, key in MIRRORS.items():
        if _is_ready(workspace, sink):
            tags = {LAYER: "sinks", SINK: sink, FULL_SCAN: "true", CHANGED_ONLY: "true"}
            yield NightPart(name=MIRROR[sink].name, keys=(key,), tags=tags, months=every)
    for sink in enabled_sinks(workspace):
        tags = {LAYER: "plans", SINK: sink}
        yield NightPart(name=f"{sink}_plan", keys=(SINK_PLANS[sink],), tags=tags)
        if sink_settings(workspace, sink).automatic and _is_ready(workspace, sink):
            yield NightPart(
                name=f"write_{sink}",
                keys=(SINK_OUTCOMES[sink],),
                tags={LAYER: "sinks", SINK: sink, RETRY_FAILED: "true"},
                checks=(follows_check(sink), refused_check(sink)),
            )


def night_requests(workspace: Workspace, day: date) -> list[dg.RunRequest]:
    """Return the runs of a night. The queue takes one at a time, the first part first."""
    parts = list(night_parts(workspace, day))
    return [
        dg.RunRequest(
            run_key=f"{day.isoformat()} {part.name}",
            asset_selection=list(part.keys),
            asset_check_keys=None if part.checks is None else list(part.checks),
            tags={
                **part.tags,
                **_range(part.months),
                NIGHT: str(day.toordinal()),
                "dagster/priority": str(len(parts) - place),
            },
        )
        for place, part in enumerate(parts)
    ]


def build_night(settings: PhotosyncSettings) -> dg.ScheduleDefinition:
    """Return the schedule of the nightly reconcile."""

    @dg.schedule(
        name="nightly",
        job=NIGHT_JOB,
        cron_schedule=settings.discovery.nightly_reconcile,
        execution_timezone=settings.discovery.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="The nightly reconcile: looks at everything again, whether or not anything "
        "changed. One run a catalog, then one a layer; what fails costs its own run.",
    )
    def nightly(
        context: dg.ScheduleEvaluationContext, library: PhotoLibrary
    ) -> list[dg.RunRequest]:
        return night_requests(library.workspace, context.scheduled_execution_time.date())

    return nightly


def build_sweep(sink: str, settings: PhotosyncSettings) -> dg.ScheduleDefinition:
    """Return the schedule that reads a sink back: drift, and things that are there twice."""
    return dg.ScheduleDefinition(
        name=f"sweep_{sink}",
        job_name=VERIFY_SINK[sink].name,
        cron_schedule=settings.sinks.sweep,
        execution_timezone=settings.discovery.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Reads all of {sink} back: what was changed there, what is there twice. "
        "Reports only.",
    )


def build_mirror(sink: str, settings: PhotosyncSettings) -> dg.ScheduleDefinition:
    """Return the schedule that reads what people wrote where a sink writes, once it is set up."""

    @dg.schedule(
        name=MIRROR[sink].name,
        job_name=MIRROR[sink].name,
        cron_schedule=mirror_of(sink).cron(settings.sinks.of(sink)),
        execution_timezone=settings.discovery.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Reads what people changed in {spec_of(sink).title}, into the months of the "
        "photos.",
    )
    def mirror(
        context: dg.ScheduleEvaluationContext, library: PhotoLibrary
    ) -> dg.RunRequest | dg.SkipReason:
        try:
            open_sink(library.workspace, sink).connect().close()
        except SinkNotReadyError as error:
            return dg.SkipReason(str(error))
        moment = context.scheduled_execution_time
        months = _range((first_month(library.workspace), month_key(moment.date())))
        return dg.RunRequest(run_key=moment.isoformat(), tags={CHANGED_ONLY: "true", **months})

    return mirror


def _range(months: tuple[str, str] | None) -> dict[str, str]:
    return {RANGE_START: months[0], RANGE_END: months[1]} if months else {}


def _is_ready(workspace: Workspace, sink: str) -> bool:
    try:
        open_sink(workspace, sink).connect().close()
    except SinkNotReadyError:
        return False
    return True


@dg.definitions
def reconcile() -> dg.Definitions:
    """Return the schedules; photosync.yaml says when, and they are on from the start."""
    settings = load_configuration().settings
    mirrors = [build_mirror(sink, settings) for sink in MIRRORS]
    sweeps = [build_sweep(sink, settings) for sink in sinks()]
    return dg.Definitions(schedules=[build_night(settings), *mirrors, *sweeps])
