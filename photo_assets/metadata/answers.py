"""Which months people's answers concern, determined without merging any photo.

The footer of a stored month lists its conflicts that were ever answered. An answer that no month
lists may concern an open conflict: those are looked up in the stored conflicts.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.lake import StoredTables
from photo_assets.lake.stored import AssetPath
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.errors import StorageError

CONFLICTS_ASSET: AssetPath = ("metadata", "conflicts")


class AnswersByMonth:
    """All answers (a table of `DECISION_SCHEMA`) by the conflicts they answer."""

    def __init__(self, answers: pa.Table) -> None:
        self._answers: dict[str, list[str]] = {}
        for row in answers.to_pylist():
            text = f"{row['evidence_digest'].hex()} {row['decided_at']} {row['answer']}"
            self._answers.setdefault(row["conflict_id"], []).append(text)

    def digest(self, questions: Iterable[str]) -> str:
        """Return one digest over all answers to these conflicts."""
        return inputs_digest([(one, self._answers.get(one, [])) for one in sorted(questions)])

    def concerned(self, tables: StoredTables, known: Iterable[str]) -> set[str]:
        """Return the months with an open conflict that was answered and is not in `known`."""
        new = frozenset(self._answers).difference(known)
        if not new:
            return set()
        found = set()
        for month in tables.names(CONFLICTS_ASSET):
            digest = tables.digest(CONFLICTS_ASSET, month) or ""
            if _asks(tables.path(CONFLICTS_ASSET, month), digest, new):
                found.add(month)
        return found


@lru_cache(maxsize=4_096)
def _asks(path: Path, _digest: str, questions: frozenset[str]) -> bool:
    try:
        column = pq.read_table(path, columns=["conflict_id"])["conflict_id"]
    except (pa.ArrowException, OSError, StorageError):
        return False  # a damaged month is rebuilt anyway
    return not questions.isdisjoint(column.to_pylist())
