"""The events that a reader yields, one per entry, and the accounting over them.

Every entry of a catalog ends in exactly one event, so that
found = written + discarded + failed always holds (`Accounting.balanced`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from photo_assets.model.item import Item


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that was read and becomes a row.

    `unseen` names the fields ("extras.x" for a key of the extras) that are read from the item's
    file, where that file is missing or cannot be read: these fields keep the values of the entry's
    last row.
    """

    item: Item
    unseen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An entry whose change token equals the known one: its last row is kept unchanged."""

    native_id: str


@dataclass(frozen=True, slots=True)
class Discarded:
    """An entry that is not written on purpose: `reason` is a stable code, `ref` names the entry.

    `native_id` is given where the entry exists but cannot be read yet (a file still being written),
    so that its last row is kept unchanged.
    """

    ref: str
    reason: str
    detail: str | None = None
    native_id: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """An entry that should have become a row and could not.

    `native_id` is given where it is known, so that the entry's last row is kept unchanged;
    `native_prefix` where a whole branch could not be read (a directory that cannot be listed, a
    truncated archive), so that every row whose native id starts with it is kept. `reason` is a
    stable code, `detail` a sentence for people.
    """

    ref: str
    reason: str
    detail: str
    native_id: str | None = None
    native_prefix: str | None = None


ScanEvent = Found | Unchanged | Discarded | Failed


@dataclass(slots=True)
class Accounting:
    """Counts over one scan. `unchanged` is part of `written`: its row is in the table.

    `kept` rows come from earlier scans and were not found in this one (absence is never deletion);
    they are outside the balance. `moved` entries are among the written ones: the last scan found
    their files at another path.
    """

    found: int = 0
    written: int = 0
    unchanged: int = 0
    discarded: int = 0
    failed: int = 0
    kept: int = 0
    moved: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def count(self, event: ScanEvent) -> None:
        """Add one event."""
        self.found += 1
        match event:
            case Found():
                self.written += 1
            case Unchanged():
                self.written += 1
                self.unchanged += 1
            case Discarded(reason=reason):
                self.discarded += 1
                self.reasons[f"discarded: {reason}"] += 1
            case Failed(reason=reason):
                self.failed += 1
                self.reasons[f"failed: {reason}"] += 1

    def add_unchanged(self, written: int, discards: Mapping[str, int]) -> None:
        """Add entries of a branch without changes: its rows, and its discards by `reasons` key."""
        discarded = sum(discards.values())
        self.found += written + discarded
        self.written += written
        self.unchanged += written
        self.discarded += discarded
        self.reasons.update(discards)

    @property
    def balanced(self) -> bool:
        """Return whether every found entry is accounted for."""
        return self.found == self.written + self.discarded + self.failed
