"""The nightly full reconcile: reads every catalog anew, whatever the change tokens say.

It also writes one event for every asset, so that freshness in the UI means "was looked at", and
lets automation try again what it had given up.
"""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from photo_assets.catalogs.registry import SOURCES, catalog_settings
from photo_assets.defs.sync import JOINS_JOB
from photo_assets.defs.tags import FULL_SCAN
from photo_assets.model.months import month_key
from photo_assets.store.configuration.loading import load_configuration


def build_reconcile_schedule() -> dg.ScheduleDefinition:
    """Return the schedule; its time comes from photosync.yaml, and it is on from the start."""
    settings = load_configuration().settings

    @dg.schedule(
        name="nightly_reconcile",
        cron_schedule=settings.discovery.nightly_reconcile,
        execution_timezone=settings.discovery.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        target=[*(f"catalog_{source}" for source in SOURCES), "fingerprints", JOINS_JOB],
        description="Reads all catalogs in full and refreshes every layer.",
    )
    def nightly_reconcile(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        month = month_key(_day(context))
        stamp = context.scheduled_execution_time.isoformat()
        for source in SOURCES:
            if catalog_settings(settings.catalogs, source):
                yield dg.RunRequest(
                    run_key=f"{stamp}-{source}",
                    job_name=f"catalog_{source}",
                    partition_key=month,
                    tags={FULL_SCAN: "true"},
                )
        yield dg.RunRequest(
            run_key=f"{stamp}-fingerprints", job_name="fingerprints", partition_key=month
        )
        yield dg.RunRequest(run_key=f"{stamp}-joins", job_name=JOINS_JOB)

    return nightly_reconcile


def _day(context: dg.ScheduleEvaluationContext) -> date:
    return context.scheduled_execution_time.date()


@dg.definitions
def reconcile() -> dg.Definitions:
    """Return the schedule."""
    return dg.Definitions(schedules=[build_reconcile_schedule()])
