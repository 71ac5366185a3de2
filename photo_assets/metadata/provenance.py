"""Who stated each value of a unified row, when, and by which rule; and who stated other values.

Every field with a value has an entry; united fields have one per contributing item. An item whose
statement is not shown verbatim has an entry too, unless it is part of an open conflict, so that
every value can be found. The rule of an entry is one of the words below.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa

from photo_assets.metadata.fields import PROVENANCE_NAMES
from photo_assets.metadata.outcome import Answer, Outcome
from photo_assets.metadata.rules import Rule
from photo_assets.metadata.statements import NO_ROW, Ints
from photo_assets.metadata.verdicts import Verdict, other_rows
from photo_assets.model.tables import PROVENANCE

PROPOSED = "proposed: {rule}"  # shown while the conflict is open
UNDECIDED = "undecided: first"  # shown while open; the rule is `human` and proposes no value
SETTLED = "settled: {rule}"  # statements differ and the enabled rule decided
ANSWERED = "human"  # a person decided; native_id is the conflict's
AGREES = "agrees"  # a different value within tolerance
OVERRULED = "overruled: {rule}"
WEIGHED = "weighed: human"  # seen by the person who decided
TRASHED = "not chosen: in the trash"
ONLY_FILLS = "not chosen: EXIF only fills gaps"
CORRECTED = "not chosen: a person corrected it"
GUESSED = "not chosen: a guess"  # a guessed capture time
MORE_PRECISE = "first, as told most precisely"  # agrees, and is more precise
RENDITION = "other rendition"  # another file of the photo has another size

Origin = tuple[str, str, str, datetime | None]
"""Source, catalog, native id and time of what no item states."""

HUMAN_SOURCE = "human"
"""Source of entries from a decision; their native_id is the conflict's id."""

_POSITION = {name: position for position, name in enumerate(PROVENANCE_NAMES)}


class ProvenanceBuilder:
    """Collects the entries of a chunk and builds the list column."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._statements = outcome.statements
        self._rules: dict[str, int] = {}
        self._entries: list[tuple[Ints, Ints, Ints, Ints]] = []  # photo, field, who, rule
        self._origins: list[Origin] = []  # of entries that no row of the statements has

    def add(self, name: str, rows: Ints, rule: str) -> None:
        """Add an entry for each of `rows`; entries of one field keep the order of adding."""
        self.add_each(name, rows, (rule,), np.zeros_like(rows))

    def add_each(self, name: str, rows: Ints, rules: Sequence[str], rule: Ints) -> None:
        """Add an entry for each of `rows`; `rule` is the index in `rules` for each of them."""
        numbers = [self._rules.setdefault(word, len(self._rules)) for word in rules]
        codes = np.asarray(numbers, dtype=np.int64)[rule]
        self._append(name, self._statements.photo[rows], rows, codes)

    def add_verdict(self, verdict: Verdict) -> None:
        """Add the entries of a fact's shown value and of other values."""
        name, rule, statements = verdict.fact.name, verdict.rule, self._statements
        decided = self._add_answers(name)
        open_here = verdict.open & ~decided
        settled = verdict.disagrees & verdict.settled
        plain = Rule.FIRST if rule is Rule.HUMAN else rule
        proposed = UNDECIDED if rule is Rule.HUMAN else PROPOSED.format(rule=rule)
        calm = ~open_here & ~settled
        shown = verdict.shown[(verdict.shown != NO_ROW) & ~decided]
        photos = statements.photo[shown]
        for mask, word in (
            (open_here[photos], proposed),
            (settled[photos], SETTLED.format(rule=rule)),
            (calm[photos] & ~verdict.refined[photos], plain.value),
            (calm[photos] & verdict.refined[photos], MORE_PRECISE),
        ):
            self.add(name, shown[mask], word)
        others = other_rows(statements, verdict)
        photos = statements.photo[others]
        weak = ~verdict.strong[others]
        trashed, corrected = statements.trashed[others], verdict.corrected[others]
        guessed = statements.guessed(verdict.fact)[others] & ~trashed
        strong = ~weak & ~decided[photos]
        for mask, word in (
            (weak & trashed, TRASHED),
            (corrected, CORRECTED),
            (guessed, GUESSED),
            (weak & ~(trashed | corrected | guessed), ONLY_FILLS),
            (strong & settled[photos], OVERRULED.format(rule=rule)),
            (strong & calm[photos], AGREES),
        ):
            self.add(name, others[mask], word)
        if decided.any():
            self.add(name, np.flatnonzero(verdict.strong & decided[statements.photo]), WEIGHED)

    def add_approved(self, name: str, photo: int, origin: Origin, rule: str) -> None:
        """Add an entry of a photo for a value that no item states."""
        code = self._rules.setdefault(rule, len(self._rules))
        self._append(name, np.asarray([photo]), self._numbered([origin]), np.asarray([code]))

    def build(self) -> pa.Array:
        """Return the provenance column of the chunk."""
        photo, position, who, rule = (
            np.concatenate(part) for part in zip(*self._entries, strict=True)
        )
        order = np.argsort(photo * len(PROVENANCE_NAMES) + position, kind="stable")
        counts = np.bincount(photo, minlength=self._statements.photo_count)
        offsets = np.concatenate([[0], np.cumsum(counts)])
        taken = pa.array(who[order])
        fields = pa.DictionaryArray.from_arrays(pa.array(position[order]), PROVENANCE_NAMES)
        rules = pa.DictionaryArray.from_arrays(pa.array(rule[order]), list(self._rules))
        columns = [fields.cast(pa.string())]
        columns += [column.take(taken) for column in self._who()]
        columns.append(rules.cast(pa.string()))
        entries = pa.StructArray.from_arrays(columns, fields=list(PROVENANCE))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), entries)

    def _append(self, name: str, photos: Ints, who: Ints, codes: Ints) -> None:
        position = np.full(len(who), _POSITION[name], dtype=np.int64)
        self._entries.append((photos, position, who, codes))

    def _add_answers(self, name: str) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        answers = self._outcome.answers.get(name, [])
        decided = np.zeros(self._statements.photo_count, dtype=np.bool_)
        if answers:
            photos = np.asarray([answer.index for answer in answers], dtype=np.int64)
            decided[photos] = True
            who = self._numbered([_origin(answer) for answer in answers])
            code = self._rules.setdefault(ANSWERED, len(self._rules))
            self._append(name, photos, who, np.full(len(who), code, dtype=np.int64))
        return decided

    def _numbered(self, origins: Sequence[Origin]) -> Ints:
        """Return the numbers of further origins, which follow those of the statements."""
        first = len(self._statements) + len(self._origins)
        self._origins += origins
        return np.arange(first, first + len(origins), dtype=np.int64)

    def _who(self) -> list[pa.Array]:
        """Return source, catalog, native id and time of statements, then of the other origins."""
        table = self._statements.table
        tails = {
            name: pa.array([one[place] for one in self._origins], PROVENANCE.field(name).type)
            for place, name in enumerate(("source", "catalog", "native_id", "stated_at"))
        }
        return [
            pa.concat_arrays([table[name].combine_chunks().cast(tail.type), tail])
            for name, tail in tails.items()
        ]


def _origin(answer: Answer) -> Origin:
    return HUMAN_SOURCE, "", answer.decision.conflict_id, answer.decision.decided_at
