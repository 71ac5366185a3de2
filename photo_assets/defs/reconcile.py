"""The nightly full reconcile: reads every catalog anew, whatever the change tokens say.

It also writes one event for every asset, so that freshness in the UI means "was looked at", and
lets automation try again what it had given up. One schedule a job: Dagster's schedules start one.
"""

from collections.abc import Mapping

import dagster as dg

from photo_assets.catalogs.registry import SOURCES, catalog_settings
from photo_assets.defs.jobs import (
    CATALOG,
    DRAW,
    FINGERPRINT,
    JOIN,
    MIRROR,
    PLAN,
    VERIFY_SINK,
    WRITE,
)
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.tags import (
    CHANGED_ONLY,
    FULL_SCAN,
    NIGHT,
    RANGE_END,
    RANGE_START,
    RETRY_FAILED,
    VERIFY,
)
from photo_assets.model.months import FIRST_MONTH, month_key
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.registry import open_sink
from photo_assets.store.configuration.loading import load_configuration
from photo_assets.store.configuration.settings import PhotosyncSettings
from photo_assets.store.configuration.sinks import SINKS


def build_schedule(
    name: str,
    job_name: str,
    settings: PhotosyncSettings,
    tags: Mapping[str, str],
    *,
    monthly: bool = True,
) -> dg.ScheduleDefinition:
    """Return the nightly schedule of one job; monthly assets get an event for this month.

    With `VERIFY` it goes over all months, whose body passes over what is whole.
    """

    @dg.schedule(
        name=f"nightly_{name}",
        job_name=job_name,
        cron_schedule=settings.discovery.nightly_reconcile,
        execution_timezone=settings.discovery.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Part of the nightly reconcile: looks again, whether or not anything changed.",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        day = context.scheduled_execution_time.date()
        if VERIFY in tags:
            months = {RANGE_START: month_key(FIRST_MONTH), RANGE_END: month_key(day)}
            night = {NIGHT: str(day.toordinal())}
            return dg.RunRequest(run_key=day.isoformat(), tags={**tags, **months, **night})
        month = month_key(day) if monthly else None
        return dg.RunRequest(run_key=day.isoformat(), partition_key=month, tags=dict(tags))

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


def build_mirror(
    name: str, cron: str, settings: PhotosyncSettings, tags: Mapping[str, str]
) -> dg.ScheduleDefinition:
    """Return a schedule that reads what people wrote in Notion, once it is set up."""

    @dg.schedule(
        name=name,
        job_name=MIRROR["notion"].name,
        cron_schedule=cron,
        execution_timezone=settings.discovery.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Reads what people changed on the Notion pages, into the months of the photos.",
    )
    def mirror(
        context: dg.ScheduleEvaluationContext, library: PhotoLibrary
    ) -> dg.RunRequest | dg.SkipReason:
        try:
            open_sink(library.workspace, "notion").connect().close()
        except SinkNotReadyError as error:
            return dg.SkipReason(str(error))
        moment = context.scheduled_execution_time
        months = {RANGE_START: month_key(FIRST_MONTH), RANGE_END: month_key(moment.date())}
        return dg.RunRequest(
            run_key=moment.isoformat(), tags={CHANGED_ONLY: "true", **tags, **months}
        )

    return mirror


@dg.definitions
def reconcile() -> dg.Definitions:
    """Return the schedules; their time comes from photosync.yaml, and they are on from the start.

    Sources without a catalog are left out.
    """
    settings = load_configuration().settings
    schedules = [
        build_schedule(f"catalog_{source}", CATALOG[source].name, settings, {FULL_SCAN: "true"})
        for source in SOURCES
        if catalog_settings(settings.catalogs, source)
    ]
    retry = {RETRY_FAILED: "true"}
    verify = {CHANGED_ONLY: "true", VERIFY: "true"}
    schedules.append(build_schedule("fingerprints", FINGERPRINT["all"].name, settings, verify))
    schedules.append(build_schedule("thumbnails", DRAW["all"].name, settings, verify))
    schedules.append(build_schedule("joins", JOIN["all"].name, settings, {}, monthly=False))
    nightly = settings.discovery.nightly_reconcile
    schedules.append(build_mirror("nightly_mirror_notion", nightly, settings, {FULL_SCAN: "true"}))
    schedules.append(build_mirror("mirror_notion", settings.sinks.notion.mirror, settings, {}))
    for sink in SINKS:
        plan, write = PLAN[sink].name, WRITE[sink].name
        schedules.append(build_schedule(plan, plan, settings, {}, monthly=False))
        if getattr(settings.sinks, sink).automatic:
            schedules.append(build_schedule(write, write, settings, retry, monthly=False))
        schedules.append(build_sweep(sink, settings))
    return dg.Definitions(schedules=schedules)
