"""`metadata/visibility`, month by month: who sees each photo where, from the stored tables.

A photo has a row if a catalog states a visibility for one of its items, or should state one. What
counts as a discrepancy is decided in `discrepancies`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pyarrow as pa

from photo_assets.lake.lake import DERIVED
from photo_assets.lake.query_engine import query_database
from photo_assets.lake.views import view_stored
from photo_assets.metadata.conflict import Conflict, ConflictKind, Stated, conflict_id
from photo_assets.metadata.decisions import Decisions
from photo_assets.metadata.discrepancies import SeenItem, SeenPhoto
from photo_assets.metadata.fields import FACT_BY_NAME
from photo_assets.metadata.inputs import MetadataInputs
from photo_assets.model.permits import Level
from photo_assets.model.tables import ITEMS, MEMBERS, PHOTOS, VISIBILITY
from photo_assets.model.visibility import NOT_STATED, STATES_NONE, ServiceVisibility, level_of
from photo_assets.model.vocabulary import Visibility

_FACT = FACT_BY_NAME["visibility"]
_ROWS = 2_048
_QUERY = """
SELECT p.month, p.photo_id,
       list(struct_pack(source := m.source, catalog := m.catalog, native_id := m.native_id,
                        visibility := i.visibility, stated := i.visibility_stated,
                        since := i.visibility_since, stated_at := i.modified_time,
                        availability := coalesce(i.availability, m.availability))
            ORDER BY m.source, m.catalog, m.native_id) AS items
FROM items i
JOIN members m USING (source, catalog, native_id, month)
JOIN photos p USING (photo_id)
WHERE i.visibility IS NOT NULL OR list_contains($always, m.source)
GROUP BY p.month, p.photo_id
ORDER BY p.month, p.photo_id
"""


@dataclass
class VisibilitySummary:
    """Counts of a month; complete once its tables have been read to their end."""

    photos: int = 0
    items: int = 0
    effective: Counter[str] = field(default_factory=Counter)  # photos by effective level
    stated: Counter[str] = field(default_factory=Counter)  # items by "flickr/main: public"
    discrepancies: Counter[str] = field(default_factory=Counter)  # by kind
    decided: set[str] = field(default_factory=set)  # conflicts answered, and photos approved

    def add(self, photo: SeenPhoto, row: Mapping[str, Any], decided: Iterable[str]) -> None:
        """Count one photo."""
        self.photos += 1
        self.items += len(photo.items)
        self.effective[photo.effective.value] += 1
        self.stated.update(f"{item.place}: {item.level.value}" for item in photo.items)
        self.discrepancies.update(one["kind"] for one in row["discrepancies"])
        self.decided.update(decided)


class VisibilityStream:
    """The rows of `VISIBILITY`, by month and photo id, with the counts of each month.

    `services`: what each source can say; `approved`: photo id -> its standing approvals; `answers`
    has the columns of `DECISION_SCHEMA`.
    """

    def __init__(
        self,
        inputs: MetadataInputs,
        services: Mapping[str, ServiceVisibility],
        answers: pa.Table | None = None,
        approved: Mapping[str, Collection[Level]] | None = None,
    ) -> None:
        self._inputs = inputs
        self._services = services
        self._answers = Decisions(answers)
        self._approved = approved or {}

    def months(self) -> Iterator[tuple[str, Iterator[pa.Table], VisibilitySummary]]:
        """Yield each month with its tables; these must be read before the next month."""
        with query_database(
            "metadata",
            "The visibility of photos could not be determined",
            self._inputs.scratch,
            self._inputs.memory_mib,
            hint=DERIVED,
        ) as opened:
            tables = (
                ("photos", PHOTOS, self._inputs.photos),
                ("members", MEMBERS, self._inputs.members),
                ("items", ITEMS, self._inputs.items),
            )
            opened.connection.execute("SET TimeZone = 'UTC'").fetchall()
            for name, kind, files in tables:
                view_stored(opened.connection, name, kind, files)
            always = [name for name, one in self._services.items() if one.always_states]
            found = opened.connection.sql(_QUERY, params={"always": always})
            rows = (row for batch in found.to_arrow_reader(_ROWS) for row in batch.to_pylist())
            for month, photos in groupby(rows, key=lambda row: row["month"]):
                summary = VisibilitySummary()
                yield str(month), self._tables(photos, summary), summary

    def _tables(
        self, photos: Iterable[Mapping[str, Any]], summary: VisibilitySummary
    ) -> Iterator[pa.Table]:
        rows = []
        for found in photos:
            rows.append(self._row(found, summary))
            if len(rows) == _ROWS:
                yield pa.Table.from_pylist(rows, VISIBILITY.schema)
                rows = []
        if rows:
            yield pa.Table.from_pylist(rows, VISIBILITY.schema)

    def _row(self, found: Mapping[str, Any], summary: VisibilitySummary) -> dict[str, Any]:
        photo_id = found["photo_id"]
        question = _question(found)
        photo = SeenPhoto(
            photo_id, [self._seen(item) for item in found["items"]], self._wanted(found, question)
        )
        approved = self._approved.get(photo_id, ())
        highest = photo.highest
        row = {
            "photo_id": photo_id,
            "month": found["month"],
            "effective": photo.effective.value,
            "highest": None if highest is None else highest.value,
            "highest_at": photo.highest_at,
            "items": [item.to_row() for item in photo.items],
            "conflict_id": question,
            "wanted": None if photo.wanted is None else photo.wanted.value,
            "discrepancies": list(photo.discrepancies(approved, self._services)),
        }
        decided = [question] if question and self._answers.was_answered(question) else []
        summary.add(photo, row, [*decided, *([photo_id] if approved else [])])
        return row

    def _seen(self, item: Mapping[str, Any]) -> SeenItem:
        level, stated = level_of(item["visibility"]), item["stated"]
        if stated is None:
            service = self._services.get(item["source"], STATES_NONE)
            stated = item["visibility"] and service.word_of(level)
        return SeenItem(
            source=item["source"],
            catalog=item["catalog"],
            native_id=item["native_id"],
            level=level,
            stated=stated or NOT_STATED,
            since=item["since"],
            availability=item["availability"],
        )

    def _wanted(self, found: Mapping[str, Any], question: str | None) -> Visibility | None:
        """Return the decided level, None if there is no valid decision."""
        if question is None or not self._answers.was_answered(question):
            return None
        values = [
            Stated.about({**item, "exif": False}, item["visibility"])
            for item in found["items"]
            if item["visibility"] is not None
        ]
        conflict = Conflict(
            index=0,
            photo_id=found["photo_id"],
            kind=ConflictKind.METADATA_MISMATCH,
            fact=_FACT,
            values=values,
            proposal=None,
            rule="",
            detail="",
            month=found["month"],
        )
        decision = self._answers.find(question, conflict.evidence_digest)
        if decision is None:
            return None
        try:
            (wanted,) = decision.columns(_FACT)
        except ValueError:
            return None
        return None if wanted is None else Visibility(wanted)


def _question(found: Mapping[str, Any]) -> str | None:
    """Return the id of the conflict about the photo's visibility, if there is or was one."""
    if len({item["visibility"] for item in found["items"]} - {None}) < 2:
        return None
    return conflict_id(found["photo_id"], ConflictKind.METADATA_MISMATCH, _FACT.name)
