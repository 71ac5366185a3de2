"""Discovery of one catalog: scan, merge with the known rows, guard, accept.

Rows of entries that disappeared are kept and marked missing: absence is never deletion. Where more
disappeared than the guard allows, those rows stay unchanged until a person confirms exactly that
loss; the rest of the scan is accepted.
"""

import logging
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa

from photo_assets.catalogs.discovery.following import let_follow, may_skip
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.last_seen import LastSeen
from photo_assets.catalogs.discovery.manifest import (
    Held,
    Manifest,
    accepted_counts,
    changed_months,
    counts_record,
    load_held,
    load_manifest,
    load_state,
    note_contact,
    save_held,
    save_manifest,
)
from photo_assets.catalogs.discovery.memory import (
    MemoryLostError,
    binding,
    forget,
    recall_if_kept,
    remember,
)
from photo_assets.catalogs.discovery.merge import Merge
from photo_assets.catalogs.discovery.parts import MonthBuckets, sweep_parts
from photo_assets.catalogs.discovery.previous import last_rows, load_previous
from photo_assets.catalogs.discovery.report import write_report
from photo_assets.catalogs.discovery.scan import Progress, ScanPass
from photo_assets.catalogs.discovery.seen_visibility import SeenVisibility
from photo_assets.catalogs.protocol import (
    Advice,
    BranchedCatalog,
    Catalog,
    Figure,
    FollowingCatalog,
    Probe,
    RecallingCatalog,
    RememberingCatalog,
    advice_on,
)
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import Accounting
from photo_assets.system.file_lock import file_lock

_PROBE_SECONDS = 600.0
_BUSY = "%s/%s is being read by another run. This one continues when that one has ended."

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Discovery:
    """The outcome of discovering one catalog.

    `offline` is the reason why it could not be read; `manifest` is then the last accepted one, None
    if it was never read. `held` is the loss that awaits confirmation, beside the accepted rest.
    `figures` are the calls, waits and limits of a service, by name.
    """

    source: str
    catalog: str
    manifest: Manifest | None
    changed_months: tuple[str, ...]
    accounting: Accounting
    duration_s: float
    offline: str | None = None
    held: Held | None = None
    advice: tuple[Advice, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)


def catalog_folder(staging: Path, source: str, catalog: str) -> Path:
    """Return the folder of discovery's files for a catalog."""
    return staging / source / catalog


def discover(
    catalog: Catalog,
    staging: Path,
    *,
    full: bool = False,
    guard: Guard | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Discovery:
    """Read `catalog` and accept its rows; an offline one keeps its last rows, with the reason.

    `full` reads everything again, even where change tokens are equal. May be interrupted at any
    point: the accepted manifest is replaced last, in one rename. Raises `CatalogUnreadableError`.
    """
    started = time.monotonic()
    now = now or datetime.now(UTC)
    folder = catalog_folder(staging, catalog.source, catalog.name)
    folder.mkdir(parents=True, exist_ok=True)
    with file_lock(folder / ".lock", partial(_LOG.warning, _BUSY, catalog.source, catalog.name)):
        try:
            found = _Attempt(catalog, folder, full, guard or Guard(), progress, now).run()
        except CatalogUnavailableError as error:
            away, figures = str(error), _figures(catalog)
            note_contact(folder, now, reason=away, previous=load_state(folder), figures=figures)
            manifest = load_manifest(folder)
            spent = time.monotonic() - started
            return Discovery(
                catalog.source,
                catalog.name,
                manifest,
                (),
                Accounting(),
                spent,
                offline=away,
                figures=figures,
            )
        figures = _figures(catalog)
        note_contact(folder, now, previous=load_state(folder), figures=figures)
        return replace(found, advice=advice_on(catalog), figures=figures)


@dataclass(frozen=True, slots=True)
class _Attempt:
    catalog: Catalog
    folder: Path
    full: bool
    guard: Guard
    progress: Progress | None
    now: datetime

    def run(self) -> Discovery:
        """Scan and accept; where the scan memory is damaged, scan again without it."""
        try:
            return self._run(remembered=True)
        except MemoryLostError:
            return self._run(remembered=False)

    def _run(self, *, remembered: bool) -> Discovery:
        started = time.monotonic()
        branched = isinstance(self.catalog, BranchedCatalog)
        accepted = load_manifest(self.folder)
        skip = not self.full and may_skip(accepted, self.catalog)
        record = let_follow(self.catalog, self.folder, accepted, full=self.full)
        # A branched catalog yields the probe itself; probe only for the progress bar of a first
        # scan. Of a service, the scan is as cheap as a probe.
        is_asked = not branched or (accepted is None and self.progress is not None)
        is_asked = is_asked and not isinstance(self.catalog, FollowingCatalog)
        probe = self.catalog.probe(started + _PROBE_SECONDS) if is_asked else None
        if skip and accepted and probe and self._is_as_remembered(accepted, probe):
            return self._unchanged(accepted, started)
        previous = load_previous(self.folder, accepted, branched=branched, remembered=remembered)
        if isinstance(self.catalog, RecallingCatalog) and accepted is not None:
            columns = self.catalog.recalled_columns
            self.catalog.recall(partial(last_rows, self.folder, accepted, previous, columns))
        total = (probe and probe.items) or (accepted.items if accepted else None)
        spill = self.folder / "spill"
        shutil.rmtree(spill, ignore_errors=True)
        buckets = MonthBuckets(spill)
        scan = ScanPass(
            self.catalog,
            previous,
            LastSeen(self.folder, accepted),
            skip,
            self.now.date(),
            total,
            self.progress,
        )
        outcome = scan.run(buckets)
        probe = outcome.probe or probe
        assert probe is not None
        if skip and accepted and outcome.nothing_new and probe.token == accepted.token:
            return self._unchanged(accepted, started)
        paths = self.catalog.ids_are_paths
        seen = SeenVisibility(self.folder, accepted, previous, self.now.replace(microsecond=0))
        merge = Merge(self.folder, accepted, previous, outcome, buckets, paths, seen)
        held = self.guard.judge(
            merge.newly_lost,
            previous.present,
            nothing_left=not outcome.accounting.written,
            before=load_held(self.folder),
            token=probe.token,
            at=self.now.isoformat(timespec="seconds"),
        )
        if held is not None:
            merge.hold()
            held = self._with_token_of(held, record)
        outcome.accounting.kept = merge.kept
        outcome.accounting.moved = len(merge.moves.before)
        manifest = self._accept(merge, probe, accepted, started, held, record)
        shutil.rmtree(spill, ignore_errors=True)
        return Discovery(
            self.catalog.source,
            self.catalog.name,
            manifest,
            changed_months(accepted.months if accepted else {}, manifest.months),
            outcome.accounting,
            time.monotonic() - started,
            held=held,
        )

    def _accept(
        self,
        merge: Merge,
        probe: Probe,
        accepted: Manifest | None,
        started: float,
        held: Held | None,
        record: pa.Table | None,
    ) -> Manifest:
        """Store the results of the scan: first the tables bound to the manifest, the manifest last.

        While a loss is held back, the manifest has no token and the `record` of the scan before
        stays in force, so the next scan searches for those entries again.
        """
        notes = merge.notes()
        months = merge.months()
        manifest = Manifest(
            source=self.catalog.source,
            catalog=self.catalog.name,
            reader_version=self.catalog.reader_version,
            settings_digest=self.catalog.settings_digest,
            token=None if held else probe.token,
            summary=probe.summary,
            scanned_at=self.now.isoformat(timespec="seconds"),
            duration_s=round(time.monotonic() - started, 3),
            items=sum(part.rows for part in months.values()),
            missing=merge.missing,
            accounting=counts_record(merge.outcome.accounting),
            months=months,
        )
        moved = {new: old.native_id for new, old in merge.moves.before.items()}
        write_report(self.folder, notes, merge.waiting, moved)
        merge.remember(manifest, notes, isinstance(self.catalog, BranchedCatalog))
        self._remember(manifest, held, record)
        if load_held(self.folder) != held:
            save_held(self.folder, held)
        if accepted is not None and binding(manifest) == binding(accepted):
            manifest = accepted
        else:
            save_manifest(self.folder, manifest)
        sweep_parts(self.folder, manifest)
        if isinstance(self.catalog, FollowingCatalog) and held is None:
            self.catalog.accepted()
        return manifest

    def _unchanged(self, accepted: Manifest, started: float) -> Discovery:
        """Return the result of a scan without changes; nothing is written."""
        if load_held(self.folder) is not None:
            save_held(self.folder, None)
        return Discovery(
            self.catalog.source,
            self.catalog.name,
            accepted,
            (),
            accepted_counts(accepted),
            time.monotonic() - started,
        )

    def _is_as_remembered(self, accepted: Manifest, probe: Probe) -> bool:
        """Return whether the reader's record of its last scan shows that nothing changed since."""
        if not isinstance(self.catalog, RememberingCatalog) or probe.token is None:
            return False
        if probe.token != accepted.token:
            return False
        memory = recall_if_kept(self.folder, self.catalog.memory_kind, binding(accepted))
        return memory is not None and self.catalog.is_as_remembered(memory)

    def _remember(self, manifest: Manifest, held: Held | None, record: pa.Table | None) -> None:
        if not isinstance(self.catalog, RememberingCatalog | FollowingCatalog):
            return
        follows = isinstance(self.catalog, FollowingCatalog)
        memory = record if follows and held is not None else self.catalog.memory()
        if memory is None:
            forget(self.folder, self.catalog.memory_kind)
        else:
            remember(self.folder, self.catalog.memory_kind, memory, binding(manifest))

    def _with_token_of(self, held: Held, record: pa.Table | None) -> Held:
        """Return the loss with the token that a probe from the record in force has now.

        The sensor starts no scan while that token stays the same.
        """
        if not isinstance(self.catalog, FollowingCatalog):
            return held
        self.catalog.follow(record)
        token = self.catalog.probe(time.monotonic() + _PROBE_SECONDS).token
        return replace(held, token=token)


def _figures(catalog: Catalog) -> dict[str, Figure]:
    return dict(catalog.figures()) if isinstance(catalog, FollowingCatalog) else {}
