"""The result of a metadata run: counts, and the sentences of a few conflicts.

The sentences contain file names, but no places or private texts (`sentences`).
"""

from collections import Counter
from dataclasses import dataclass, field

from photo_assets.metadata.outcome import Outcome

_EXAMPLES = 3  # of each kind and field


@dataclass
class MetadataSummary:
    """Counts over one run; complete once its tables have been read to their end.

    `conflicts` is keyed "metadata_mismatch: rating", "duplicate", …
    """

    photos: int = 0
    items: int = 0
    photos_with_conflict: int = 0
    photos_merged_unasked: int = 0  # of several items, without a conflict
    conflicts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)  # keyed like `conflicts`
    filled: Counter[str] = field(default_factory=Counter)  # photos with a value, by field
    resolved_by_rule: Counter[str] = field(default_factory=Counter)
    answered: dict[str, Counter[str]] = field(default_factory=dict)  # `made_by` -> by field
    reopened: int = 0
    unusable_decisions: int = 0  # answers without a usable value: their conflicts stay open
    decided: set[str] = field(default_factory=set)  # questions that were ever answered

    @property
    def share_without_conflict(self) -> float:
        """Share of photos without a conflict, 0..1."""
        return 1 - self.photos_with_conflict / self.photos if self.photos else 1.0

    def add(self, outcome: Outcome, photos: slice | None = None) -> None:
        """Count a range of the photos of a chunk, by default all."""
        some = photos or slice(0, outcome.photos.num_rows)
        asked = outcome.asked[some]
        several = outcome.photos["item_count"].to_numpy()[some] > 1
        self.photos += len(asked)
        self.items += int(outcome.items[some].sum())
        self.photos_with_conflict += int(asked.sum())
        self.photos_merged_unasked += int((several & ~asked).sum())
        for conflict in outcome.conflicts_of(some):
            name = conflict.kind.value
            name = f"{name}: {conflict.field}" if conflict.field else name
            self.conflicts[name] += 1
            self.reopened += conflict.id in outcome.reopened
            if self.conflicts[name] <= _EXAMPLES:
                self.examples.setdefault(name, []).append(conflict.detail)
        for name, filled in outcome.filled.items():
            self.filled[name] += int(filled[some].sum())
        for name, verdict in outcome.verdicts.items():
            if verdict.settled and (settled := int(verdict.disagrees[some].sum())):
                self.resolved_by_rule[name] += settled
        mine = range(some.start, some.stop)
        for photo, name, made_by in outcome.closed:
            if photo in mine:
                self.answered.setdefault(made_by, Counter())[name] += 1
        self.unusable_decisions += sum(photo in mine for photo in outcome.unusable)
        self.decided |= {one for one, photo in outcome.decided.items() if photo in mine}
