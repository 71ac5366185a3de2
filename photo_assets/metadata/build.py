"""The entry points of the room: unified rows and conflicts, streamed chunk by chunk.

`metadata/unified` and `metadata/conflicts` are separate assets. Both apply the same rules to the
same statements, so `conflict_count` and the conflicts agree, whichever is built first.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa

from photo_assets.lake.by_month import months_of
from photo_assets.metadata.approved import Approved
from photo_assets.metadata.decisions import Decisions
from photo_assets.metadata.inputs import MetadataInputs
from photo_assets.metadata.outcome import Outcome
from photo_assets.metadata.rules import FieldRules
from photo_assets.metadata.staging import Stage
from photo_assets.metadata.summary import MetadataSummary
from photo_assets.metadata.unified import unified_table
from photo_assets.model.tables import CONFLICTS, UNIFIED

NOTHING = Approved()
"""No AI value was approved."""


class MetadataStream:
    """Tables to write in sequence; may be iterated again. `summary` is of the last iteration."""

    def __init__(
        self,
        inputs: MetadataInputs,
        rules: FieldRules,
        decisions: pa.Table | None,
        table_of: Callable[[Outcome], pa.Table],
        approved: Approved = NOTHING,
    ) -> None:
        self._inputs = inputs
        self._rules = rules
        self._decisions = decisions
        self._table_of = table_of
        self._approved = approved
        self.summary = MetadataSummary()

    def __iter__(self) -> Iterator[pa.Table]:
        self.summary = MetadataSummary()
        for outcome in self._outcomes(self.summary):
            self.summary.add(outcome)
            yield self._table_of(outcome)

    def _outcomes(self, summary: MetadataSummary) -> Iterator[Outcome]:
        return _outcomes(self._inputs, self._rules, self._decisions, summary, self._approved)

    def months(self) -> Iterator[tuple[str, Iterator[pa.Table], MetadataSummary]]:
        """Yield every month with its tables, and its counts, which are complete after the tables.

        The tables of a month must be read before the next month.
        """
        for month, parts in groupby(self._parts(), key=lambda part: part.month):
            summary = MetadataSummary()
            yield month, _counted(parts, summary), summary

    def _parts(self) -> Iterator["_Part"]:
        for outcome in self._outcomes(MetadataSummary()):
            table = self._table_of(outcome)
            rows = dict(months_of(table, "month", table.schema.names))
            for month, photos in outcome.months():
                yield _Part(month, outcome, photos, rows.get(month, table.slice(0, 0)))


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of a chunk in one month: its photos, and the rows built from them."""

    month: str
    outcome: Outcome
    photos: slice
    rows: pa.Table


def _counted(parts: Iterable[_Part], summary: MetadataSummary) -> Iterator[pa.Table]:
    for part in parts:
        summary.add(part.outcome, part.photos)
        yield part.rows


@dataclass(frozen=True, slots=True)
class MetadataTables:
    """Both tables in memory."""

    unified: pa.Table
    conflicts: pa.Table
    summary: MetadataSummary


def build_unified(
    inputs: MetadataInputs,
    rules: FieldRules,
    decisions: pa.Table | None = None,
    approved: Approved = NOTHING,
) -> MetadataStream:
    """Return the rows of `UNIFIED`, by month and photo id, as tables for `Lake.write`.

    `decisions` has the columns of `DECISION_SCHEMA`; `approved` are the AI values. Raises
    `StorageError` while iterating when an input cannot be read.
    """
    return MetadataStream(inputs, rules, decisions, unified_table, approved)


def build_conflicts(
    inputs: MetadataInputs, rules: FieldRules, decisions: pa.Table | None = None
) -> MetadataStream:
    """Return the open conflicts as rows of `CONFLICTS`, by month, photo id, kind and field."""
    return MetadataStream(inputs, rules, decisions, Outcome.conflict_table)


def build_metadata(
    inputs: MetadataInputs, rules: FieldRules, decisions: pa.Table | None = None
) -> MetadataTables:
    """Return both tables in memory, about 3 KiB per photo; stream large collections instead."""
    summary = MetadataSummary()
    unified, conflicts = [], []
    for outcome in _outcomes(inputs, rules, decisions, summary):
        summary.add(outcome)
        unified.append(unified_table(outcome))
        conflicts.append(outcome.conflict_table())
    return MetadataTables(
        pa.concat_tables([UNIFIED.schema.empty_table(), *unified]),
        pa.concat_tables([CONFLICTS.schema.empty_table(), *conflicts]),
        summary,
    )


def _outcomes(
    inputs: MetadataInputs,
    rules: FieldRules,
    decisions: pa.Table | None,
    summary: MetadataSummary,
    approved: Approved = NOTHING,
) -> Iterator[Outcome]:
    """Yield the merged chunks; only the unreadable answers are counted in `summary`."""
    answers = Decisions(decisions)
    summary.unusable_decisions = answers.unreadable
    with Stage(inputs, rules.source_order) as stage:
        for chunk in stage.chunks():
            outcome = Outcome.of(chunk, rules, answers)
            approved.note(outcome)
            yield outcome
