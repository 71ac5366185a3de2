"""One pass over a catalog: every event is counted, rows are gathered, and nothing is forgotten."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from photo_assets.catalogs.discovery.parts import MonthBuckets
from photo_assets.catalogs.discovery.previous import PreviousItems
from photo_assets.catalogs.protocol import Catalog, KnownItems
from photo_assets.model.events import Accounting, Discarded, Failed, Found, ScanEvent, Unchanged
from photo_assets.model.limits import impossible_value
from photo_assets.model.rows import item_to_row

REPORT_LIMIT = 10_000
"""Named discards and failures kept for people; beyond it only the counts grow."""


@dataclass(frozen=True, slots=True)
class DiscoveryProgress:
    """How far a scan is. `total` is what the probe or the last scan counted, if known."""

    source: str
    catalog: str
    done: int
    total: int | None
    elapsed_s: float


Progress = Callable[[DiscoveryProgress], None]


@dataclass(slots=True)
class ScanOutcome:
    """What one pass yielded."""

    accounting: Accounting = field(default_factory=Accounting)
    rewritten: set[str] = field(default_factory=set)
    standing: set[str] = field(default_factory=set)
    report: list[Discarded | Failed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ScanPass:
    """The arguments of one pass."""

    catalog: Catalog
    previous: PreviousItems
    today: date
    total: int | None
    progress: Progress | None

    def run(self, known: KnownItems, buckets: MonthBuckets) -> ScanOutcome:
        """Read the catalog to its end. Raises what `Catalog.scan` raises."""
        outcome = ScanOutcome()
        started = time.monotonic()
        for event in self.catalog.scan(known):
            self._take(event, outcome, buckets)
            if self.progress is not None and outcome.accounting.found % 200 == 1:
                self.progress(self._state(outcome, started))
        if self.progress is not None:
            self.progress(self._state(outcome, started))
        return outcome

    def _take(self, event: ScanEvent, outcome: ScanOutcome, buckets: MonthBuckets) -> None:
        event = _possible(_without_duplicates(event, outcome))
        outcome.accounting.count(event)
        match event:
            case Found(item=item):
                outcome.rewritten.add(item.native_id)
                buckets.add(item_to_row(item, self.today))
            case Unchanged(native_id=native_id):
                outcome.standing.add(native_id)
            case Discarded(native_id=native_id):
                if native_id in self.previous.tokens and native_id is not None:
                    outcome.standing.add(native_id)
            case Failed(native_id=native_id, native_prefix=prefix):
                if native_id in self.previous.tokens and native_id is not None:
                    outcome.standing.add(native_id)
                if prefix is not None:
                    outcome.standing.update(self.previous.starting_with(prefix))
        if isinstance(event, Discarded | Failed) and len(outcome.report) < REPORT_LIMIT:
            outcome.report.append(event)

    def _state(self, outcome: ScanOutcome, started: float) -> DiscoveryProgress:
        return DiscoveryProgress(
            self.catalog.source,
            self.catalog.name,
            outcome.accounting.found,
            self.total,
            time.monotonic() - started,
        )


def _without_duplicates(event: ScanEvent, outcome: ScanOutcome) -> ScanEvent:
    """Turn a second entry under one id into a failure: two rows under one key lose one of them."""
    match event:
        case Found(item=item):
            native_id = item.native_id
        case Unchanged(native_id=native_id):
            pass
        case _:
            return event
    if native_id in outcome.rewritten:
        return Failed(
            native_id, "duplicate id", "The catalog lists this id twice; the first one stands."
        )
    return event


def _possible(event: ScanEvent) -> ScanEvent:
    """Turn an entry that no row can hold into a failure: it must not cost the whole scan."""
    if not isinstance(event, Found):
        return event
    problem = impossible_value(event.item)
    if problem is None:
        return event
    native_id = event.item.native_id
    return Failed(
        str(native_id),
        "impossible value",
        f"The entry's {problem} It was not written; a row from an earlier scan stands.",
        native_id=native_id,
    )
