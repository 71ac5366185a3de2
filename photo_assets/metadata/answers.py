"""Which months people's answers concern, determined without merging any photo.

The footer of a stored month lists its questions that were ever answered. An answer that no month
lists may concern a question of a stored table: it is looked up in a column of that table.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.lake import StoredTables
from photo_assets.lake.stored import AssetPath
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.errors import StorageError

Texts = Mapping[str, list[str]]
"""Question -> everything that people answered to it, as texts."""


def decision_texts(answers: pa.Table) -> Texts:
    """Return the texts of a table of `DECISION_SCHEMA`, by conflict."""
    found: dict[str, list[str]] = {}
    for row in answers.to_pylist():
        text = f"{row['evidence_digest'].hex()} {row['decided_at']} {row['answer']}"
        found.setdefault(row["conflict_id"], []).append(text)
    return found


class AnswersByMonth:
    """All answers, by the stored table and its column that hold their questions."""

    def __init__(self, answers: Mapping[tuple[AssetPath, str], Texts]) -> None:
        self._columns = answers
        self._answers = {one: texts for some in answers.values() for one, texts in some.items()}

    def __contains__(self, question: str) -> bool:
        """Return whether the question has an answer here."""
        return question in self._answers

    def digest(self, questions: Iterable[str]) -> str:
        """Return one digest over all answers to these questions."""
        return inputs_digest([(one, self._answers.get(one, [])) for one in sorted(questions)])

    def concerned(self, tables: StoredTables, known: Iterable[str]) -> set[str]:
        """Return the months with a question that was answered and is not in `known`."""
        known, found = set(known), set()
        for (asset, column), texts in self._columns.items():
            new = frozenset(texts).difference(known)
            for month in tables.names(asset) if new else ():
                digest = tables.digest(asset, month) or ""
                if _asks(tables.path(asset, month), digest, column, new):
                    found.add(month)
        return found


@lru_cache(maxsize=4_096)
def _asks(path: Path, _digest: str, column: str, questions: frozenset[str]) -> bool:
    try:
        found = pq.read_table(path, columns=[column])[column]
    except (pa.ArrowException, OSError, StorageError):
        return False  # a damaged month is rebuilt anyway
    return not questions.isdisjoint(found.to_pylist())
