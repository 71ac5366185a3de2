"""The nightly full reconcile: reads every catalog anew, whatever the change tokens say.

It also writes one event for every asset, so that freshness in the UI means "was looked at", and
lets automation try again what it had given up. One schedule a job: Dagster's schedules start one.
"""

from collections.abc import Mapping

import dagster as dg

from photo_assets.catalogs.registry import SOURCES, catalog_settings
from photo_assets.defs.jobs import CATALOG, DRAW, FINGERPRINT, JOIN
from photo_assets.defs.tags import CHANGED_ONLY, FULL_SCAN, RANGE_END, RANGE_START, VERIFY
from photo_assets.model.months import FIRST_MONTH, month_key
from photo_assets.store.configuration.loading import load_configuration
from photo_assets.store.configuration.settings import PhotosyncSettings


def build_schedule(
    name: str, job_name: str, settings: PhotosyncSettings, tags: Mapping[str, str]
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
            return dg.RunRequest(run_key=day.isoformat(), tags={**tags, **months})
        month = None if name == "joins" else month_key(day)
        return dg.RunRequest(run_key=day.isoformat(), partition_key=month, tags=dict(tags))

    return nightly


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
    schedules.append(build_schedule("fingerprints", FINGERPRINT["all"].name, settings, {}))
    verify = {CHANGED_ONLY: "true", VERIFY: "true"}
    schedules.append(build_schedule("thumbnails", DRAW["all"].name, settings, verify))
    schedules.append(build_schedule("joins", JOIN["all"].name, settings, {}))
    return dg.Definitions(schedules=schedules)
