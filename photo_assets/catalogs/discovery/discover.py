"""Discovery of one catalog: scan, merge with what was known, guard, accept.

Rows of entries that are gone are kept and marked missing: absence is never deletion. A scan that
lost more than the guard allows changes nothing until somebody confirms exactly that loss.
"""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.discovery.manifest import (
    Held,
    Manifest,
    Part,
    load_held,
    load_manifest,
    load_state,
    note_contact,
    save_held,
    save_manifest,
)
from photo_assets.catalogs.discovery.parts import (
    MonthBuckets,
    read_part,
    sweep_parts,
    write_part,
)
from photo_assets.catalogs.discovery.previous import PreviousItems, load_previous, mark_gone
from photo_assets.catalogs.discovery.report import write_report
from photo_assets.catalogs.discovery.scan import Progress, ScanOutcome, ScanPass
from photo_assets.catalogs.protocol import Catalog
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import Accounting

_PROBE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Guard:
    """How much may vanish at once, and who says that a certain loss is meant."""

    percent: float = 5.0
    is_confirmed: Callable[[str], bool] = lambda _digest: False


@dataclass(frozen=True, slots=True)
class Discovery:
    """The outcome of discovering one catalog."""

    source: str
    catalog: str
    manifest: Manifest | None
    changed_months: tuple[str, ...]
    accounting: Accounting
    duration_s: float
    offline: str | None = None
    held: Held | None = None


def catalog_folder(staging: Path, source: str, catalog: str) -> Path:
    """Return where discovery keeps what it knows of a catalog."""
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
    """Read `catalog` and accept what it says; an offline one keeps its rows and says why.

    `full` reads everything again although change tokens are equal. May be interrupted at any
    point: the accepted manifest is replaced last, in one rename. Raises `CatalogUnreadableError`.
    """
    started = time.monotonic()
    now = now or datetime.now(UTC)
    folder = catalog_folder(staging, catalog.source, catalog.name)
    folder.mkdir(parents=True, exist_ok=True)
    with _exclusive(folder):
        try:
            found = _Attempt(catalog, folder, full, guard or Guard(), progress, now).run()
        except CatalogUnavailableError as error:
            note_contact(folder, now, reason=str(error), previous=load_state(folder))
            manifest = load_manifest(folder)
            spent = time.monotonic() - started
            return Discovery(
                catalog.source, catalog.name, manifest, (), Accounting(), spent, str(error)
            )
        note_contact(folder, now, previous=load_state(folder))
        return found


@dataclass(frozen=True, slots=True)
class _Attempt:
    catalog: Catalog
    folder: Path
    full: bool
    guard: Guard
    progress: Progress | None
    now: datetime

    def run(self) -> Discovery:
        started = time.monotonic()
        probe = self.catalog.probe(time.monotonic() + _PROBE_SECONDS)
        accepted = load_manifest(self.folder)
        previous = load_previous(self.folder, accepted)
        known = previous.known() if self._may_skip(accepted) else {}
        total = probe.items or (accepted.items if accepted else None)
        spill = self.folder / "spill"
        shutil.rmtree(spill, ignore_errors=True)
        buckets = MonthBuckets(spill)
        scan = ScanPass(self.catalog, previous, self.now.date(), total, self.progress)
        outcome = scan.run(known, buckets)
        lost = previous.tokens.keys() - outcome.rewritten - outcome.standing
        newly_lost = lost - previous.gone
        outcome.accounting.kept = len(lost)
        held = self._held(newly_lost, previous, probe.token)
        if held is not None:
            save_held(self.folder, held)
            months: dict[str, Part] = dict(accepted.months) if accepted else {}
            manifest = accepted
        else:
            months = self._merge(accepted, outcome, newly_lost, buckets)
            manifest = Manifest(
                source=self.catalog.source,
                catalog=self.catalog.name,
                reader_version=self.catalog.reader_version,
                settings_digest=self.catalog.settings_digest,
                token=probe.token,
                summary=probe.summary,
                scanned_at=self.now.isoformat(timespec="seconds"),
                duration_s=round(time.monotonic() - started, 3),
                items=sum(part.rows for part in months.values()),
                missing=len(lost),
                accounting=_plain(outcome.accounting),
                months=months,
            )
            write_report(self.folder, outcome.report)
            save_manifest(self.folder, manifest)
            if load_held(self.folder) is not None:
                save_held(self.folder, None)
            sweep_parts(self.folder, manifest)
        shutil.rmtree(spill, ignore_errors=True)
        return Discovery(
            self.catalog.source,
            self.catalog.name,
            manifest,
            _changed(accepted.months if accepted else {}, months),
            outcome.accounting,
            time.monotonic() - started,
            held=held,
        )

    def _may_skip(self, accepted: Manifest | None) -> bool:
        return (
            not self.full
            and accepted is not None
            and accepted.reader_version == self.catalog.reader_version
            and accepted.settings_digest == self.catalog.settings_digest
        )

    def _held(self, lost: set[str], previous: PreviousItems, token: str | None) -> Held | None:
        known = previous.present
        if not lost or 100.0 * len(lost) / max(known, 1) <= self.guard.percent:
            return None
        digest = hashlib.sha256("\0".join(sorted(lost)).encode()).hexdigest()
        if self.guard.is_confirmed(digest):
            return None
        return Held(
            scan_digest=digest,
            token=token,
            lost=len(lost),
            known=known,
            examples=sorted(lost)[:5],
            at=self.now.isoformat(timespec="seconds"),
        )

    def _merge(
        self,
        accepted: Manifest | None,
        outcome: ScanOutcome,
        lost: set[str],
        buckets: MonthBuckets,
    ) -> dict[str, Part]:
        old = accepted.months if accepted else {}
        fresh = set(buckets.months())
        months: dict[str, Part] = {}
        for month in sorted({*old, *fresh}):
            kept = old.get(month)
            if kept is not None and month not in fresh:
                ids = read_part(self.folder, kept, ("native_id",))["native_id"].to_pylist()
                if not any(i in lost or i in outcome.rewritten for i in ids):
                    months[month] = kept
                    continue
            tables = [buckets.take(month)] if month in fresh else []
            if kept is not None:
                tables += _standing(read_part(self.folder, kept), outcome.rewritten, lost)
            table = pa.concat_tables(tables)
            if table.num_rows:
                months[month] = write_part(self.folder, month, table)
        return months


def _standing(rows: pa.Table, rewritten: set[str], lost: set[str]) -> list[pa.Table]:
    ids = rows["native_id"].to_pylist()
    gone = pa.array([i in lost for i in ids], pa.bool_())
    stays = pa.array([i not in lost and i not in rewritten for i in ids], pa.bool_())
    tables = [rows.filter(stays)]
    if pc.any(gone).as_py():
        tables.append(mark_gone(rows.filter(gone)))
    return tables


def _changed(old: dict[str, Part], new: dict[str, Part]) -> tuple[str, ...]:
    def digest(months: dict[str, Part], month: str) -> str | None:
        return months[month].digest if month in months else None

    return tuple(m for m in sorted({*old, *new}) if digest(old, m) != digest(new, m))


def _plain(accounting: Accounting) -> dict[str, object]:
    return {
        "found": accounting.found,
        "written": accounting.written,
        "unchanged": accounting.unchanged,
        "discarded": accounting.discarded,
        "failed": accounting.failed,
        "kept": accounting.kept,
        "reasons": dict(sorted(accounting.reasons.items())),
    }


@contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """Let one process at a time discover a catalog; the lock dies with its process."""
    fd = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
