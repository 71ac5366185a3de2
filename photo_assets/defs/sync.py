"""Running the graph for `photosync discover` and `resolve`: in this process, on the UI's instance.

It runs the same jobs as the sensors, in the same order, with the same tags; the UI shows the runs.
"""

import contextlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import dagster as dg

from photo_assets.albums.table import ASSET as ALBUMS_ASSET
from photo_assets.albums.table import NAME as ALBUMS_NAME
from photo_assets.catalogs.discovery.further import is_further_due
from photo_assets.catalogs.discovery.months import load_staged, pending_months
from photo_assets.catalogs.discovery.scan import DiscoveryProgress
from photo_assets.catalogs.registry import SOURCES, spec_of
from photo_assets.defs import load
from photo_assets.defs.catalog_states import online_since
from photo_assets.defs.dead_runs import end_dead_runs, process_tags
from photo_assets.defs.failures import failure_of
from photo_assets.defs.history_sources import history_due, history_faults
from photo_assets.defs.in_process_runs import in_process_instance
from photo_assets.defs.jobs import CATALOG, COPY, DRAW, FINGERPRINT, FURTHER, OBSERVE, PLAN
from photo_assets.defs.joins import lookalikes_due, metadata_due, photos_due
from photo_assets.defs.keys import (
    FINGERPRINTS,
    ORIGINALS,
    PHOTOS,
    THUMBNAILS,
    UNIFIED,
    catalog_key,
    further_keys,
)
from photo_assets.defs.monthly import due_tags
from photo_assets.defs.partitions import first_month
from photo_assets.defs.resources import RunListener, listening
from photo_assets.defs.sink.status import sink_status
from photo_assets.defs.sync_result import SyncProgress, SyncRequest, SyncResult
from photo_assets.defs.tags import FULL_SCAN, range_tags
from photo_assets.identity.monthly import all_months, due_months
from photo_assets.model.months import month_key
from photo_assets.sinks.registry import enabled_sinks
from photo_assets.thumbnails.months import due_months as thumbnails_due
from photo_assets.vault.faults import find_faults
from photo_assets.vault.months import due_months as originals_due
from photo_assets.vault.months import open_available
from photo_assets.vault.store import StoreUnavailableError
from photo_assets.workspace import Workspace

Report = Callable[[SyncProgress], None]
NO_TAGS: Mapping[str, str] = {}


def sync(workspace: Workspace, request: SyncRequest, report: Report) -> SyncResult:
    """Read the catalogs, write changes, fingerprint and join them, and make plans.

    Runs are recorded on the Dagster instance of $DAGSTER_HOME. A failed run is listed in the
    result; later layers still do the work that does not depend on it.
    """
    with in_process_instance() as instance:
        end_dead_runs(instance)
        return _Sync(workspace, request, report, instance).run()


def sync_restored(workspace: Workspace, report: Report, between: Callable[[], None]) -> SyncResult:
    """Write what is staged of all sources, and join it. No catalog and no file is read.

    `between` is called when the catalogs' tables are written; it provides the fingerprints.
    """
    with in_process_instance() as instance:
        end_dead_runs(instance)
        return _Sync(workspace, SyncRequest(), report, instance, restores=True).run_restored(
            between
        )


def refresh(workspace: Workspace, report: Report) -> SyncResult:
    """Join what is stored, record it in the history, and make plans; no catalog is read.

    Only what is due: after a decision, its month and the rows that follow from it.
    """
    with in_process_instance() as instance:
        end_dead_runs(instance)
        return _Sync(workspace, SyncRequest(), report, instance).follow()


@dataclass(slots=True)
class _Sync:
    workspace: Workspace
    request: SyncRequest
    report: Report
    instance: dg.DagsterInstance
    first_month: str = field(init=False)
    definitions: dg.Definitions = field(default_factory=load)
    result: SyncResult = field(default_factory=SyncResult)
    restores: bool = False

    def __post_init__(self) -> None:
        self.first_month = first_month(self.workspace)

    def run(self) -> SyncResult:
        for source in self._sources():
            self._execute(OBSERVE[source].name, {FULL_SCAN: "true"} if self.request.full else {})
        if first_month(self.workspace) != self.first_month:
            self.definitions = load()  # the partitions start with another month now
        for source in self._sources():
            staged = load_staged(self.workspace.staging, source)
            pending = self._wanted(pending_months(staged, self.workspace.lake))
            self._execute_months(CATALOG[source].name, catalog_key(source), pending)
            self._write_further(source)
        lake, full = self.workspace.lake, self.request.full
        due = all_months(lake) if full else due_months(lake, online_since(self.workspace))
        tags = {FULL_SCAN: "true"} if full else {}
        self._execute_months(FINGERPRINT["all"].name, FINGERPRINTS, self._wanted(due), tags)
        off = not self.workspace.settings.thumbnails.enabled
        drawn = thumbnails_due(self.workspace.lake, self.workspace.thumbnails, off=off)
        self._execute_months(DRAW["all"].name, THUMBNAILS, self._wanted(drawn))
        self._copy_originals()
        self.follow()
        self._name_albums()
        return self.result

    def follow(self) -> SyncResult:
        """Make everything after the fingerprints that is due."""
        self._join()
        if history_due(self.workspace):
            self._commit_history()
        self.result.vault += history_faults(self.workspace)
        self._plan_sinks()
        return self.result

    def run_restored(self, between: Callable[[], None]) -> SyncResult:
        for source in SOURCES:
            staged = load_staged(self.workspace.staging, source)
            pending = pending_months(staged, self.workspace.lake)
            self._execute_months(CATALOG[source].name, catalog_key(source), pending)
        between()
        self._join()
        self._name_albums()
        return self.result

    def _write_further(self, source: str) -> None:
        """Write the tables beside the items, if a scan was accepted since."""
        workspace, names = self.workspace, self.workspace.settings.catalogs.of(source)
        for table, key in zip(spec_of(source).further_tables, further_keys(source), strict=True):
            if is_further_due(table, workspace.staging, source, names, workspace.lake):
                self._execute(FURTHER[key].name, {})

    def _copy_originals(self) -> None:
        """Copy the originals of changed months to the stores that are connected."""
        lake, stores = self.workspace.lake, self.workspace.stores
        if stores:
            with contextlib.suppress(StoreUnavailableError):  # it is among the faults below
                due = originals_due(lake, open_available(stores))
                copied = self._execute_months(COPY["all"].name, ORIGINALS, self._wanted(due))
                self.result.copies = sum(int(one.get("copies_written", 0)) for one in copied)
            self.result.vault = find_faults(lake, stores, self.workspace.store_positions).sentences

    def _commit_history(self) -> None:
        for written in _metadata(self._execute_one("history", {})):
            if written.get("changed"):
                self.result.commit = f"{str(written['commit'])[:12]}: {written['message']}"

    def _join(self) -> None:
        """Join changes: photos first, because they determine which months of metadata changed."""
        lake, full = self.workspace.lake, self.request.full
        tags = {FULL_SCAN: "true"} if full else {}
        if photos := all_months(lake) if full else photos_due(self.workspace):
            self._execute_one("photos", {**self._spread(PHOTOS, photos), **tags})
        if lookalikes_due(self.workspace):
            self._execute_one("lookalikes", {})
        if months := metadata_due(self.workspace):
            self.result.months[UNIFIED.to_user_string()] = len(months)
            self._execute_one("metadata", self._spread(UNIFIED, months))

    def _name_albums(self) -> None:
        """List all albums again, if metadata of any month was made or no list is stored."""
        listed = self.workspace.lake.path(ALBUMS_ASSET, ALBUMS_NAME).exists()
        if self.result.months.get(UNIFIED.to_user_string()) or not listed:
            self._execute_one("albums", {})

    def _execute_one(self, name: str, tags: dict[str, str]) -> dg.ExecuteInProcessResult:
        """Run the job `name` of assets that have no months of their own."""
        self._stage(name, 0, 1, "runs")
        outcome = self._execute(name, tags)
        self._stage(name, 1, 1, "runs")
        return outcome

    def _plan_sinks(self) -> None:
        """Make the plans of the sinks; nothing is sent."""
        due = [
            sink
            for sink in enabled_sinks(self.workspace)
            if not sink_status(self.workspace, sink).planned
        ]
        for done, sink in enumerate(due):
            self._stage("plans for the sinks", done, len(due), "plans")
            self._execute(PLAN[sink].name, {})
        if due:
            self._stage("plans for the sinks", len(due), len(due), "plans")
        for sink in enabled_sinks(self.workspace):
            status = sink_status(self.workspace, sink)
            if status.plan is not None and status.planned:
                self.result.plans[sink] = status.waiting

    def _sources(self) -> Iterator[str]:
        catalogs = self.workspace.settings.catalogs
        for source in self.request.sources or SOURCES:
            if catalogs.of(source):
                yield source

    def _wanted(self, months: Sequence[str]) -> list[str]:
        first = month_key(self.request.since) if self.request.since else ""
        return [month for month in months if month >= first]

    def _execute_months(
        self, job: str, key: dg.AssetKey, months: Sequence[str], tags: Mapping[str, str] = NO_TAGS
    ) -> list[dict[str, Any]]:
        """Run `job` for these months, and return the metadata of those that were written."""
        asset = key.to_user_string()
        self.result.months[asset] = 0
        if not months:
            return []
        self._stage(asset, 0, len(months), "months")
        outcome = self._execute(job, {**self._spread(key, months), **tags})
        written = _metadata(outcome, frozenset(months))
        self.result.months[asset] = len(written)
        self._stage(asset, len(months), len(months), "months")
        return written

    def _spread(self, key: dg.AssetKey, months: Sequence[str]) -> dict[str, str]:
        """Return the tags of a run over these months and the months without any event."""
        if self.request.since is not None:
            return range_tags(months)
        return due_tags(self.workspace, self.instance, key, months)

    def _execute(self, job: str, tags: dict[str, str]) -> dg.ExecuteInProcessResult:
        listener = RunListener(
            only_sources=self.request.sources,
            only_catalog=self.request.catalog,
            reading=self._reading,
            fingerprinting=partial(self._fingerprinting, time.monotonic()),
            discovered=self.result.discoveries.append,
            unreadable=self.result.errors.__setitem__,
            restores=self.restores,
        )
        with listening(listener):
            outcome = self.definitions.resolve_job_def(job).execute_in_process(
                instance=self.instance, tags={**tags, **process_tags()}, raise_on_error=False
            )
        self.result.runs.append(outcome.run_id)
        if not outcome.success:
            self.result.failed_runs.append(outcome.run_id)
            failure = failure_of(outcome)
            if failure is not None:
                self.result.failures.append(failure)
        return outcome

    def _reading(self, progress: DiscoveryProgress) -> None:
        what = "listing" if progress.listing else "reading"
        stage = f"{what} {progress.source}/{progress.catalog}"
        # Albums, folders and tags are listed too.
        unit = "records" if progress.listing else "items"
        self._stage(stage, progress.done, progress.total, unit, progress.elapsed_s)

    def _fingerprinting(self, started: float, done: int, total: int) -> None:
        self._stage("fingerprints", done, total, "files", time.monotonic() - started)

    def _stage(
        self, stage: str, done: int, total: int | None, unit: str, elapsed: float = 0.0
    ) -> None:
        self.report(SyncProgress(stage=stage, done=done, total=total, unit=unit, elapsed_s=elapsed))


def _metadata(
    outcome: dg.ExecuteInProcessResult, months: Collection[str | None] = (None,)
) -> list[dict[str, Any]]:
    """Return the metadata of each materialization of these partitions."""
    return [
        {name: value.value for name, value in event.materialization.metadata.items()}
        for event in outcome.get_asset_materialization_events()
        if event.partition in months
    ]
