"""One chunk judged: verdicts of all facts, the conflicts that stay open, the answers that hold."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from photo_assets.metadata.conflict import Conflict, ConflictKind
from photo_assets.metadata.decisions import Decision, Decisions
from photo_assets.metadata.fields import FACTS, Fact
from photo_assets.metadata.questions import Questions
from photo_assets.metadata.rules import FieldRules
from photo_assets.metadata.staging import Chunk
from photo_assets.metadata.statements import Statements
from photo_assets.metadata.values import Columns
from photo_assets.metadata.verdicts import Verdict, judge
from photo_assets.model.tables import CONFLICTS
from photo_assets.model.vocabulary import Visibility

_LEVELS = {word.value: level for level, word in enumerate(Visibility)}


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision that holds for a fact of the chunk's photo `index`: the values to show."""

    index: int
    columns: Columns
    decision: Decision


@dataclass
class Outcome:
    """What a chunk comes to. `open` is ordered by photo, kind and field."""

    photos: pa.Table
    said: Statements
    damage: pa.Table
    rules: FieldRules
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    open: list[Conflict] = field(default_factory=list)
    reopened: set[str] = field(default_factory=set)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    closed: Counter[str] = field(default_factory=Counter)  # by human, per kind or field
    unusable: int = 0
    decided: set[str] = field(default_factory=set)  # conflicts that anybody ever answered

    @classmethod
    def of(cls, chunk: Chunk, rules: FieldRules, decisions: Decisions) -> "Outcome":
        """Judge a chunk."""
        said = Statements.of(chunk)
        outcome = cls(chunk.photos.combine_chunks(), said, chunk.damage, rules)
        outcome.verdicts = {fact.name: judge(said, fact, rules) for fact in FACTS}
        for conflict in outcome._conflicts():
            if decisions.were_given(conflict.id):
                outcome.decided.add(conflict.id)
            if not outcome._answered(conflict, decisions):
                outcome.open.append(conflict)
        outcome.reopened = outcome.decided & {conflict.id for conflict in outcome.open}
        outcome.open.sort(key=lambda c: (c.index, c.kind, c.field or ""))
        return outcome

    def conflict_table(self) -> pa.Table:
        """Return the open conflicts as rows of `CONFLICTS`."""
        rows = [c.to_row(reopened=c.id in self.reopened) for c in self.open]
        return pa.Table.from_pylist(rows, schema=CONFLICTS.schema)

    def settled(self) -> Counter[str]:
        """Return how many disagreements a rule settled, by field."""
        counts = {
            name: int(verdict.disagrees.sum())
            for name, verdict in self.verdicts.items()
            if verdict.settled
        }
        return Counter({name: count for name, count in counts.items() if count})

    def _conflicts(self) -> Iterator[Conflict]:
        questions = Questions(self.photos, self.said, self.rules)
        for verdict in self.verdicts.values():
            yield from questions.mismatches(verdict)
        yield from questions.duplicates()
        yield from questions.missing_masters()
        yield from questions.orphans()
        yield from questions.undecodable(self.damage)

    def _answered(self, conflict: Conflict, decisions: Decisions) -> bool:
        """Say whether a decision closes the conflict; remember the values it asks for."""
        decision = decisions.find(conflict.id, conflict.evidence_digest)
        if decision is None:
            return False
        fact = conflict.fact
        if conflict.kind is ConflictKind.METADATA_MISMATCH:
            assert fact is not None
            try:
                columns = decision.columns(fact)
            except ValueError:
                self.unusable += 1
                return False
            if not _raises_visibility(fact, columns, conflict.proposal):
                answer = Answer(conflict.index, columns, decision)
                self.answers.setdefault(fact.name, []).append(answer)
        self.closed[fact.name if fact else conflict.kind.value] += 1
        return True


def _raises_visibility(fact: Fact, columns: Columns, shown: Any) -> bool:
    """Say whether an answer asks for more visibility than every catalog grants.

    It closes the question and raises nothing: that needs an approval bound to a target.
    """
    if fact.name != "visibility":
        return False
    (wanted,) = columns
    return wanted is None or _LEVELS[wanted] > _LEVELS.get(shown, 0)
