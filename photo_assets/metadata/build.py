"""The entry points of the room: unified rows and conflicts, streamed chunk by chunk.

`metadata/unified` and `metadata/conflicts` are separate assets. Each judges the same statements by
the same rules, so `conflict_count` and the conflicts agree, whichever was built first.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa

from photo_assets.metadata.decisions import Decisions
from photo_assets.metadata.inputs import MetadataInputs
from photo_assets.metadata.outcome import Outcome
from photo_assets.metadata.rules import FieldRules
from photo_assets.metadata.staging import Stage
from photo_assets.metadata.summary import MetadataSummary
from photo_assets.metadata.unified import unified_table
from photo_assets.model.tables import CONFLICTS, UNIFIED


class MetadataStream:
    """Tables to write one after the other; may be iterated again. `summary` is of the last time."""

    def __init__(
        self,
        inputs: MetadataInputs,
        rules: FieldRules,
        decisions: pa.Table | None,
        table_of: Callable[[Outcome], pa.Table],
    ) -> None:
        self._inputs = inputs
        self._rules = rules
        self._decisions = decisions
        self._table_of = table_of
        self.summary = MetadataSummary()

    def __iter__(self) -> Iterator[pa.Table]:
        self.summary = MetadataSummary()
        for _, outcome in _outcomes(self._inputs, self._rules, self._decisions, self.summary):
            yield self._table_of(outcome)

    def months(self) -> Iterator[tuple[str, Iterator[pa.Table], MetadataSummary]]:
        """Yield every month with its tables and its counts, which are complete after the tables.

        The tables of a month have to be taken before the next month.
        """
        found = _outcomes(self._inputs, self._rules, self._decisions, MetadataSummary())
        for month, parts in groupby(found, key=lambda part: part[0]):
            summary = MetadataSummary()
            yield month, self._counted(parts, summary), summary

    def _counted(
        self, parts: Iterable[tuple[str, Outcome]], summary: MetadataSummary
    ) -> Iterator[pa.Table]:
        for _, outcome in parts:
            summary.add(outcome)
            yield self._table_of(outcome)


@dataclass(frozen=True, slots=True)
class MetadataTables:
    """Both tables in memory."""

    unified: pa.Table
    conflicts: pa.Table
    summary: MetadataSummary


def build_unified(
    inputs: MetadataInputs, rules: FieldRules, decisions: pa.Table | None = None
) -> MetadataStream:
    """Return the rows of `UNIFIED`, by month and photo id, as tables for `Lake.write`.

    `decisions` has the columns of `DECISION_SCHEMA`. Raises `StorageError` while iterating when an
    input cannot be read.
    """
    return MetadataStream(inputs, rules, decisions, unified_table)


def build_conflicts(
    inputs: MetadataInputs, rules: FieldRules, decisions: pa.Table | None = None
) -> MetadataStream:
    """Return the open conflicts as rows of `CONFLICTS`, by month, photo id, kind and field."""
    return MetadataStream(inputs, rules, decisions, Outcome.conflict_table)


def build_metadata(
    inputs: MetadataInputs, rules: FieldRules, decisions: pa.Table | None = None
) -> MetadataTables:
    """Return both tables in memory, about 3 KiB a photo; stream large collections instead."""
    summary = MetadataSummary()
    unified, conflicts = [], []
    for _, outcome in _outcomes(inputs, rules, decisions, summary):
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
) -> Iterator[tuple[str, Outcome]]:
    answers = Decisions(decisions)
    summary.unusable_decisions = answers.unreadable
    with Stage(inputs, rules.source_order) as stage:
        for chunk in stage.chunks():
            outcome = Outcome.of(chunk, rules, answers)
            summary.add(outcome)
            yield chunk.month, outcome
