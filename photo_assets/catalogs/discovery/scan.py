"""One pass over a catalog: every event is counted, and rows are collected by month."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import zip_longest

import orjson

from photo_assets.catalogs.discovery.last_seen import LastSeen
from photo_assets.catalogs.discovery.parts import MonthBuckets
from photo_assets.catalogs.discovery.previous import WHOLE, PreviousItems
from photo_assets.catalogs.discovery.report import REPORT_LIMIT, Notes
from photo_assets.catalogs.protocol import (
    BranchedCatalog,
    Catalog,
    FollowingCatalog,
    KnownItems,
    Probe,
)
from photo_assets.model.events import Accounting, Discarded, Failed, Found, ScanEvent, Unchanged
from photo_assets.model.plausible import plausible
from photo_assets.model.representable import unrepresentable_value
from photo_assets.model.rows import item_to_row


@dataclass(frozen=True, slots=True)
class DiscoveryProgress:
    """Progress of a scan. `total` is the count of the probe or the last scan, if known.

    `listing`: a service is listing its entries, of which none is read yet.
    """

    source: str
    catalog: str
    done: int
    total: int | None
    elapsed_s: float
    listing: bool = False


Progress = Callable[[DiscoveryProgress], None]


@dataclass(slots=True)
class Visit:
    """One branch in this scan. `state` None: the next scan reads it again."""

    path: str
    state: bytes | None = None
    written: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    skipped: bool = False


@dataclass(slots=True)
class ScanOutcome:
    """The result of one pass. It excludes entries of skipped branches."""

    notes: Notes
    accounting: Accounting = field(default_factory=Accounting)
    rewritten: set[str] = field(default_factory=set)
    standing: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)  # prefixes of native ids whose rows are kept
    visits: list[Visit] = field(default_factory=list)
    probe: Probe | None = None
    """The probe of this pass; None where the catalog does not compute one."""
    nothing_new: bool = False
    """All branches of the last scan were skipped, and there are no others."""

    def is_kept(self, native_id: str) -> bool:
        """Return whether the entry's last row is kept unchanged."""
        if native_id in self.standing:
            return True
        return any(native_id.startswith(prefix) for prefix in self.unread)


@dataclass(frozen=True, slots=True)
class ScanPass:
    """The arguments of one pass. `skip`: unchanged entries need not be read."""

    catalog: Catalog
    previous: PreviousItems
    last_seen: LastSeen
    skip: bool
    today: date
    total: int | None
    progress: Progress | None

    def run(self, buckets: MonthBuckets) -> ScanOutcome:
        """Read the whole catalog. Raises the errors of `Catalog.scan`, and `MemoryLostError`."""
        started = time.monotonic()
        if isinstance(self.catalog, BranchedCatalog):
            outcome = ScanOutcome(Notes())
            self._scan_branches(self.catalog, outcome, buckets, started)
        else:
            outcome = ScanOutcome(Notes(REPORT_LIMIT))
            visit = Visit(WHOLE)
            if isinstance(self.catalog, FollowingCatalog):
                self.catalog.tell(partial(self._report, started=started, listing=True))
            self._visit(self.catalog.scan(self._known(WHOLE)), visit, outcome, buckets, started)
            if isinstance(self.catalog, FollowingCatalog):
                outcome.probe = self.catalog.scanned()
        self._report(outcome.accounting.found, started)
        return outcome

    def _scan_branches(
        self, catalog: BranchedCatalog, outcome: ScanOutcome, buckets: MonthBuckets, started: float
    ) -> None:
        known = self.previous.branches
        written: list[int] = known["written"].to_pylist()
        reasons: list[str] = known["reasons"].to_pylist()
        states = self.previous.states() if self.skip else {}
        branches = catalog.scan_branches(states, self._known)
        for branch in branches:
            visit = Visit(branch.path, branch.state)
            if branch.events is not None:
                self._visit(branch.events, visit, outcome, buckets, started)
                if branch.state is None:
                    visit.state = None
                continue
            number = self.previous.number(branch.path)
            assert number is not None
            visit.skipped = True
            visit.written, visit.reasons = written[number], Counter(orjson.loads(reasons[number]))
            outcome.accounting.add_unchanged(visit.written, visit.reasons)
            outcome.visits.append(visit)
            if len(outcome.visits) % 64 == 1:
                self._report(outcome.accounting.found, started)
        outcome.probe = branches.probe()
        left = self._left(outcome)
        outcome.nothing_new = not left and all(visit.skipped for visit in outcome.visits)
        for path in left:
            self.previous.open(path)

    def _left(self, outcome: ScanOutcome) -> list[str]:
        """Return the branches that the last scan found and this one did not."""
        met = {visit.path for visit in outcome.visits}
        listed: list[bool] = self.previous.branches["listed"].to_pylist()
        # Rows of unknown branches may belong to entries that still exist.
        known = zip_longest(self.previous.paths, listed, fillvalue=True)
        return [str(path) for path, was_there in known if was_there and path not in met]

    def _known(self, branch: str) -> KnownItems:
        known = self.previous.open(branch)
        return known if self.skip else {}

    def _visit(
        self,
        events: Iterable[ScanEvent],
        visit: Visit,
        outcome: ScanOutcome,
        buckets: MonthBuckets,
        started: float,
    ) -> None:
        count = outcome.accounting
        written, reasons = count.written, Counter(count.reasons)
        for event in events:
            if not self._take(event, outcome, buckets):
                visit.state = None
            if self.progress is not None and count.found % 200 == 1:
                self._report(count.found, started)
        visit.written = count.written - written
        visit.reasons = count.reasons - reasons
        outcome.visits.append(visit)

    def _take(self, event: ScanEvent, outcome: ScanOutcome, buckets: MonthBuckets) -> bool:
        """Process one event; return whether the same listing is certain to yield it again."""
        if isinstance(event, Found):
            event = Found(self.last_seen.complete(event))
        event = _possible(_without_duplicates(event, outcome))
        outcome.accounting.count(event)
        if isinstance(event, Discarded | Failed):
            outcome.notes.add(len(outcome.visits), event)
        match event:
            case Found(item=item):
                outcome.rewritten.add(item.native_id)
                buckets.add(item_to_row(plausible(item), self.today))
                return item.change_token is not None
            case Unchanged(native_id=native_id):
                outcome.standing.add(native_id)
                return True
            case Discarded(native_id=native_id):
                if native_id in self.previous.tokens and native_id is not None:
                    outcome.standing.add(native_id)
                return native_id is None
            case Failed(native_id=native_id, native_prefix=prefix):
                if native_id in self.previous.tokens and native_id is not None:
                    outcome.standing.add(native_id)
                if prefix is not None:
                    outcome.unread.append(prefix)
                return False

    def _report(self, done: int, started: float, *, listing: bool = False) -> None:
        if self.progress is not None:
            self.progress(
                DiscoveryProgress(
                    self.catalog.source,
                    self.catalog.name,
                    done,
                    None if listing else self.total,
                    time.monotonic() - started,
                    listing,
                )
            )


def _without_duplicates(event: ScanEvent, outcome: ScanOutcome) -> ScanEvent:
    """Turn a second entry with the same id into a failure: one of the two rows would be lost."""
    match event:
        case Found(item=item):
            native_id = item.native_id
        case Unchanged(native_id=native_id):
            pass
        case _:
            return event
    if native_id in outcome.rewritten:
        return Failed(
            native_id, "duplicate id", "The catalog lists this id twice; the first entry is used."
        )
    return event


def _possible(event: ScanEvent) -> ScanEvent:
    """Turn an entry that a row cannot store into a failure: it must not fail the whole scan."""
    if not isinstance(event, Found):
        return event
    problem = unrepresentable_value(event.item)
    if problem is None:
        return event
    native_id = event.item.native_id
    return Failed(
        str(native_id),
        "impossible value",
        f"The entry's {problem} It was not written; a row of an earlier scan is kept.",
        native_id=native_id,
    )
