"""What a metadata run came to: counts, and a few conflicts in their own sentences.

Those name files; no place and no private text is in them (`sentences`).
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc

from photo_assets.metadata.fields import FACTS, SET_NAMES
from photo_assets.metadata.outcome import Outcome
from photo_assets.metadata.statements import NOBODY

_EXAMPLES = 3  # of each kind and field


@dataclass
class MetadataSummary:
    """Counts over one run; complete once its tables have been read to their end.

    `conflicts` is keyed "metadata_mismatch: rating", "duplicate", …
    """

    photos: int = 0
    items: int = 0
    photos_with_conflict: int = 0
    photos_merged_unasked: int = 0  # of several items, and nothing in question
    conflicts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)  # the first ones, as `conflicts`
    filled: Counter[str] = field(default_factory=Counter)  # photos with a value, by field
    settled_by_rule: Counter[str] = field(default_factory=Counter)
    settled_by_human: Counter[str] = field(default_factory=Counter)
    reopened: int = 0
    unusable_decisions: int = 0  # answers that fit no question: those stay open
    decided: set[str] = field(default_factory=set)  # the conflicts that anybody ever answered

    @property
    def share_without_conflict(self) -> float:
        """Share of photos about which nothing is in question, 0..1."""
        return 1 - self.photos_with_conflict / self.photos if self.photos else 1.0

    def add(self, outcome: Outcome) -> None:
        """Count a chunk."""
        asked = np.zeros(outcome.photos.num_rows, dtype=np.bool_)
        asked[[conflict.index for conflict in outcome.open]] = True
        several = outcome.photos["item_count"].to_numpy() > 1
        self.photos += outcome.photos.num_rows
        self.items += int(outcome.said.items.sum())
        self.photos_with_conflict += int(asked.sum())
        self.photos_merged_unasked += int((several & ~asked).sum())
        for conflict in outcome.open:
            name = conflict.kind.value
            name = f"{name}: {conflict.field}" if conflict.field else name
            self.conflicts[name] += 1
            if self.conflicts[name] <= _EXAMPLES:
                self.examples.setdefault(name, []).append(conflict.detail)
        self._count_filled(outcome)
        self.settled_by_rule += outcome.settled()
        self.settled_by_human += outcome.closed
        self.reopened += len(outcome.reopened)
        self.unusable_decisions += outcome.unusable
        self.decided |= outcome.decided

    def _count_filled(self, outcome: Outcome) -> None:
        for fact in FACTS:
            shown = int((outcome.verdicts[fact.name].shown != NOBODY).sum())
            answers = outcome.answers.get(fact.name, [])
            cleared = sum(answer.columns[0] is None for answer in answers)
            self.filled[fact.name] += shown - cleared
        for name in SET_NAMES:
            column = outcome.said.table[name]
            rows = pc.fill_null(pc.greater(pc.list_value_length(column), 0), False).to_numpy()
            self.filled[name] += len(np.unique(outcome.said.photo[rows]))
