"""The entry points of the room: unified rows and conflicts, streamed chunk by chunk.

`metadata/unified` and `metadata/conflicts` are separate assets. Each judges the same statements by
the same rules, so `conflict_count` and the conflicts agree, whichever was built first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

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
        tables: Callable[[Outcome, Stage], pa.Table],
    ) -> None:
        self._inputs = inputs
        self._rules = rules
        self._decisions = decisions
        self._tables = tables
        self.summary = MetadataSummary()

    def __iter__(self) -> Iterator[pa.Table]:
        summary = self.summary = MetadataSummary()
        for outcome, stage in _outcomes(self._inputs, self._rules, self._decisions, summary):
            yield self._tables(outcome, stage)


@dataclass(frozen=True, slots=True)
class MetadataTables:
    """Both tables in memory."""

    unified: pa.Table
    conflicts: pa.Table
    summary: MetadataSummary


def build_unified(
    inputs: MetadataInputs, rules: FieldRules, decisions: pa.Table | None = None
) -> MetadataStream:
    """Return the rows of `UNIFIED`, ordered by photo id, as tables for `Lake.write`.

    `decisions` has the columns of `DECISION_SCHEMA`. Raises `StorageError` while iterating when an
    input cannot be read.
    """
    return MetadataStream(
        inputs, rules, decisions, lambda outcome, stage: unified_table(outcome, stage.latest_month)
    )


def build_conflicts(
    inputs: MetadataInputs, rules: FieldRules, decisions: pa.Table | None = None
) -> MetadataStream:
    """Return the open conflicts as rows of `CONFLICTS`, ordered by photo id, kind and field."""
    return MetadataStream(
        inputs, rules, decisions, lambda outcome, _stage: outcome.conflict_table()
    )


def build_metadata(
    inputs: MetadataInputs, rules: FieldRules, decisions: pa.Table | None = None
) -> MetadataTables:
    """Return both tables in memory, about 3 KiB a photo; stream large collections instead."""
    summary = MetadataSummary()
    unified, conflicts = [], []
    for outcome, stage in _outcomes(inputs, rules, decisions, summary):
        unified.append(unified_table(outcome, stage.latest_month))
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
) -> Iterator[tuple[Outcome, Stage]]:
    answers = Decisions(decisions)
    summary.unusable_decisions = answers.unreadable
    with Stage(inputs, rules.source_order) as stage:
        summary.items_without_photo = stage.items_without_photo
        for chunk in stage.chunks():
            outcome = Outcome.of(chunk, rules, answers)
            summary.add(outcome)
            yield outcome, stage
