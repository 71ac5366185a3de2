"""The result of merging one chunk: verdicts of all facts, open conflicts, valid answers."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata.conflict import Conflict, ConflictKind
from photo_assets.metadata.conflict_finder import ConflictFinder
from photo_assets.metadata.decisions import Decision, Decisions
from photo_assets.metadata.fields import FACTS, SET_NAMES, Fact
from photo_assets.metadata.rules import FieldRules
from photo_assets.metadata.staging import Chunk
from photo_assets.metadata.statements import NO_ROW, Bools, Ints, Statements
from photo_assets.metadata.values import Columns
from photo_assets.metadata.verdicts import Verdict, judge
from photo_assets.model.ai_release import Released
from photo_assets.model.permits import Level, Refusal, permit
from photo_assets.model.tables import CONFLICTS
from photo_assets.model.visibility import level_of


@dataclass(frozen=True, slots=True)
class Answer:
    """A valid decision on a fact of the chunk's photo `index`: the values to show."""

    index: int
    columns: Columns
    decision: Decision


@dataclass
class Outcome:
    """The result of merging a chunk. `open` is ordered by photo, kind and field.

    Photos are identified by their position in the chunk.
    """

    photos: pa.Table
    statements: Statements
    damage: pa.Table
    rules: FieldRules
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    open: list[Conflict] = field(default_factory=list)
    reopened: set[str] = field(default_factory=set)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    closed: list[tuple[int, str, str]] = field(default_factory=list)
    """Answered conflicts: photo, kind or field, and who or what chose the answer."""
    unusable: list[int] = field(default_factory=list)  # photo of each answer without a usable value
    decided: dict[str, int] = field(default_factory=dict)  # question ever answered -> photo
    approved: dict[int, Released] = field(default_factory=dict)  # photo -> its AI values

    @classmethod
    def of(cls, chunk: Chunk, rules: FieldRules, decisions: Decisions) -> "Outcome":
        """Merge a chunk."""
        statements = Statements.of(chunk)
        outcome = cls(chunk.photos.combine_chunks(), statements, chunk.damage, rules)
        outcome.verdicts = {fact.name: judge(statements, fact, rules) for fact in FACTS}
        for conflict in outcome._conflicts():
            if decisions.was_answered(conflict.id):
                outcome.decided[conflict.id] = conflict.index
            if not outcome._answered(conflict, decisions):
                outcome.open.append(conflict)
        outcome.reopened = {c.id for c in outcome.open if decisions.is_answered(c.id)}
        outcome.open.sort(key=lambda c: (c.index, c.kind, c.field or ""))
        return outcome

    def conflict_table(self) -> pa.Table:
        """Return the open conflicts as rows of `CONFLICTS`."""
        rows = [c.to_row(reopened=c.id in self.reopened) for c in self.open]
        return pa.Table.from_pylist(rows, schema=CONFLICTS.schema)

    def months(self) -> Iterator[tuple[str, slice]]:
        """Yield the chunk's months in order, each with its photos."""
        codes = self.photos["month"].dictionary_encode()
        words = codes.combine_chunks()
        ends = np.flatnonzero(np.diff(words.indices.to_numpy(), append=-1)) + 1
        for start, end in zip([0, *ends], ends, strict=False):
            yield self.photos["month"][int(start)].as_py(), slice(int(start), int(end))

    def conflicts_of(self, photos: slice) -> Sequence[Conflict]:
        """Return the open conflicts of a range of photos."""
        first, last = (bisect_left(self.open, at, key=_index) for at in (photos.start, photos.stop))
        return self.open[first:last]

    @cached_property
    def asked(self) -> Bools:
        """Which photos have an open conflict."""
        asked = np.zeros(self.photos.num_rows, dtype=np.bool_)
        asked[[conflict.index for conflict in self.open]] = True
        return asked

    @cached_property
    def items(self) -> Ints:
        """How many items each photo has."""
        return np.bincount(
            self.statements.photo[self.statements.items], minlength=self.photos.num_rows
        )

    @cached_property
    def filled(self) -> dict[str, Bools]:
        """Which photos have a value, by field."""
        filled = {fact.name: self.verdicts[fact.name].shown != NO_ROW for fact in FACTS}
        for name, answers in self.answers.items():
            cleared = [answer.index for answer in answers if answer.columns[0] is None]
            filled[name][cleared] = False
        for name in SET_NAMES:
            length = pc.list_value_length(self.statements.table[name])
            rows = pc.fill_null(pc.greater(length, 0), False).to_numpy()
            filled[name] = np.zeros(self.photos.num_rows, dtype=np.bool_)
            filled[name][self.statements.photo[rows]] = True
        return filled

    def _conflicts(self) -> Iterator[Conflict]:
        finder = ConflictFinder(self.photos, self.statements, self.rules)
        for verdict in self.verdicts.values():
            yield from finder.mismatches(verdict)
        yield from finder.duplicates()
        yield from finder.missing_masters()
        yield from finder.orphans()
        yield from finder.undecodable(self.damage)

    def _answered(self, conflict: Conflict, decisions: Decisions) -> bool:
        """Return whether a decision closes the conflict; store the values it chooses."""
        decision = decisions.find(conflict.id, conflict.evidence_digest)
        if decision is None:
            return False
        fact = conflict.fact
        if conflict.kind is ConflictKind.METADATA_MISMATCH:
            assert fact is not None
            try:
                columns = decision.columns(fact)
            except ValueError:
                self.unusable.append(conflict.index)
                return False
            if not _raises_visibility(fact, columns, conflict):
                answer = Answer(conflict.index, columns, decision)
                self.answers.setdefault(fact.name, []).append(answer)
        name = fact.name if fact else conflict.kind.value
        self.closed.append((conflict.index, name, decision.made_by))
        return True


def _index(conflict: Conflict) -> int:
    return conflict.index


def _raises_visibility(fact: Fact, columns: Columns, conflict: Conflict) -> bool:
    """Return whether an answer grants more visibility than the catalogs do.

    Such an answer closes the conflict without raising visibility: that needs an approval bound to a
    target, and the unified view is none.
    """
    if fact.name != "visibility":
        return False
    wanted, shown = columns[0], level_of(conflict.proposal)
    if wanted is None:
        return True
    asked = Level(photo_id=conflict.photo_id, target="metadata/unified", level=level_of(wanted))
    return isinstance(permit(asked, current=shown, effective=shown, approvals=()), Refusal)
