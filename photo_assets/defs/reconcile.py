"""Schedules: the nightly reconcile, and reading back and mirroring the sinks.

The nightly reconcile reads every catalog again, regardless of change tokens. It writes one event
for every asset, so that freshness in the UI means "was checked", and resets failed attempts so that
automation retries them. It is one job and one schedule with one run per part: a single run would
end at the first unreadable catalog, and all its steps would share one range of months and one set
of tags.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import dagster as dg

from photo_assets.catalogs.registry import SOURCES
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.defs.jobs import MIRROR, NIGHT_JOB, VERIFY_SINK, VERIFY_STORES
from photo_assets.defs.keys import (
    ALBUM_NAMES_PLAN,
    ALBUMS,
    CONFLICTS,
    FINGERPRINTS,
    HISTORY,
    LOOKALIKES,
    MIRRORS,
    ORIGINALS,
    PHOTOS,
    SINK_OUTCOMES,
    SINK_PLANS,
    THUMBNAILS,
    UNIFIED,
    VISIBILITY,
    catalog_key,
    follows_check,
    further_keys,
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
    """One run of the nightly job. `months`: first and last; None for assets without months."""

    name: str
    keys: tuple[dg.AssetKey, ...]
    tags: Mapping[str, str]
    months: tuple[str, str] | None = None
    checks: tuple[dg.AssetCheckKey, ...] | None = field(default=None)
    """The checks to evaluate; None for all checks of the assets."""


def night_parts(workspace: Workspace, day: date) -> Iterator[NightPart]:
    """Yield the parts of a night in order, for sources and sinks that are set up.

    Catalogs get an event for the current month; their sensors have other changed months written.
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
            for key in further_keys(source):
                tags = {LAYER: "catalog", SOURCE: source}
                yield NightPart(name=key.path[-1], keys=(key,), tags=tags)
    verify = {CHANGED_ONLY: "true", VERIFY: "true"}
    for name, key in (("fingerprints", FINGERPRINTS), ("thumbnails", THUMBNAILS)):
        yield NightPart(name=name, keys=(key,), tags={LAYER: name, **verify}, months=every)
    if workspace.stores:
        tags = {LAYER: "originals", **verify}
        yield NightPart(name="originals", keys=(ORIGINALS,), tags=tags, months=every)
    # Photos first: they determine which months of metadata changed.
    yield NightPart(name="photos", keys=(PHOTOS,), tags={LAYER: "joins", **verify}, months=every)
    yield NightPart(name="lookalikes", keys=(LOOKALIKES,), tags={LAYER: "lookalikes"})
    tags = {LAYER: "metadata", **verify}
    yield NightPart(name="metadata", keys=(UNIFIED, CONFLICTS, VISIBILITY), tags=tags, months=every)
    yield NightPart(name="albums", keys=(ALBUMS,), tags={LAYER: "albums"})
    if workspace.settings.albums.rename:
        yield NightPart(name="album_names_plan", keys=(ALBUM_NAMES_PLAN,), tags={LAYER: "plans"})
    if workspace.settings.vault.history.enabled:
        yield NightPart(name="history", keys=(HISTORY,), tags={LAYER: "history", VERIFY: "true"})
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
    """Return the runs of a night. The queue starts one at a time, in the order of the parts."""
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
        description="The nightly reconcile: reads and checks everything again, whether or not "
        "anything "
        "changed. One run per source, then one per layer. A failure affects only its own run.",
    )
    def nightly(
        context: dg.ScheduleEvaluationContext, library: PhotoLibrary
    ) -> list[dg.RunRequest]:
        return night_requests(library.workspace, context.scheduled_execution_time.date())

    return nightly


def build_store_check(settings: PhotosyncSettings) -> dg.ScheduleDefinition:
    """Return the schedule that reads a share of each store of originals."""
    return dg.ScheduleDefinition(
        name=VERIFY_STORES.name,
        job_name=VERIFY_STORES.name,
        cron_schedule=settings.discovery.nightly_reconcile,
        execution_timezone=settings.discovery.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Reads `vault.nightly_percent` of each store of originals, and reports what is "
        "damaged or lost. Repairs nothing.",
    )


def build_sweep(sink: str, settings: PhotosyncSettings) -> dg.ScheduleDefinition:
    """Return the schedule that reads a sink back and reports drift and duplicates."""
    return dg.ScheduleDefinition(
        name=f"sweep_{sink}",
        job_name=VERIFY_SINK[sink].name,
        cron_schedule=settings.sinks.sweep,
        execution_timezone=settings.discovery.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Reads all of {sink} back and reports changed and duplicate rows. Changes "
        "nothing.",
    )


def build_mirror(sink: str, settings: PhotosyncSettings) -> dg.ScheduleDefinition:
    """Return the schedule that reads people's changes in a sink's service, once it is set up."""

    @dg.schedule(
        name=MIRROR[sink].name,
        job_name=MIRROR[sink].name,
        cron_schedule=mirror_of(sink).cron(settings.sinks.of(sink)),
        execution_timezone=settings.discovery.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Reads people's changes in {spec_of(sink).title}, by the month of the photo.",
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
    """Return the schedules. photosync.yaml sets their times, and they are on by default."""
    settings = load_configuration().settings
    mirrors = [build_mirror(sink, settings) for sink in MIRRORS]
    sweeps = [build_sweep(sink, settings) for sink in sinks()]
    always = [build_night(settings), build_store_check(settings)]
    return dg.Definitions(schedules=[*always, *mirrors, *sweeps])
