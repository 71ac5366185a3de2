"""One sensor per source: has changed catalogs read, then changed months written."""

import dagster as dg

from photo_assets.catalogs.registry import SOURCES
from photo_assets.defs.catalog.checks import evaluation, every_catalog_was_read
from photo_assets.defs.events import is_active
from photo_assets.defs.jobs import CATALOG, OBSERVE
from photo_assets.defs.keys import catalog_key
from photo_assets.defs.monthly import due_tags
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.defs.source.watching import read_cursor, watch_source, write_cursor
from photo_assets.defs.tags import SOURCE


def build_watch_sensor(source: str) -> dg.SensorDefinition:
    """Return the sensor of one source; it is on by default."""

    @dg.sensor(
        name=f"watch_{source}",
        jobs=[OBSERVE[source], CATALOG[source]],
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Checks the {source} catalogs at the interval set in photosync.yaml. "
        "Starts one "
        "run if something changed, and none otherwise.",
    )
    def watch(
        context: dg.SensorEvaluationContext, library: PhotoLibrary
    ) -> dg.SensorResult | dg.SkipReason:
        if is_active(context.instance, {SOURCE: source}):
            return dg.SkipReason(f"A run over {source} is in progress.")
        found = watch_source(library.workspace, source, read_cursor(context.cursor))
        cursor = write_cursor(found.looked)
        events = []
        if found.turned:  # otherwise shown only at the next read, or when stale
            events.append(evaluation(every_catalog_was_read, library.workspace, source))
        if found.changed:
            request = dg.RunRequest(job_name=f"observe_{source}")
        elif found.pending:
            key = catalog_key(source)
            tags = due_tags(library.workspace, context.instance, key, found.pending)
            request = dg.RunRequest(job_name=f"catalog_{source}", tags=tags)
        else:
            reason = None if events else found.summary
            return dg.SensorResult(skip_reason=reason, asset_events=events, cursor=cursor)
        return dg.SensorResult(run_requests=[request], asset_events=events, cursor=cursor)

    return watch


@dg.definitions
def sensors() -> dg.Definitions:
    """Return the sensors of all sources."""
    return dg.Definitions(sensors=[build_watch_sensor(source) for source in SOURCES])
