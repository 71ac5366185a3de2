"""Since when an entry has been as visible as it is now: the scan that first found it so.

The time is kept in the row, beside its item: it is carried over while the level and the service's
words are equal. An entry that gets another native id, such as a moved file, begins anew.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.discovery.manifest import Manifest
from photo_assets.catalogs.discovery.previous import PreviousItems, last_rows
from photo_assets.model.schema import ITEM_SCHEMA

_SINCE = "visibility_since"
_SEEN = ("visibility", "visibility_stated")
_COLUMNS = ("native_id", *_SEEN, _SINCE)


@dataclass(frozen=True, slots=True)
class SeenVisibility:
    """The rows of the last accepted scan, compared with those of the scan at `now`."""

    folder: Path
    accepted: Manifest | None
    previous: PreviousItems
    now: datetime

    def dated(self, rows: pa.Table) -> pa.Table:
        """Return rows from a reader with the time; null where no visibility is stated."""
        states = pc.is_valid(rows["visibility"])
        if not pc.any(states).as_py():
            return rows
        known = self._known(rows["native_id"].filter(states).to_pylist())
        found = [
            self._since(known.get(row["native_id"]), row) if row["visibility"] is not None else None
            for row in rows.select(_COLUMNS).to_pylist()
        ]
        column = rows.schema.get_field_index(_SINCE)
        field = ITEM_SCHEMA.field(_SINCE)
        return rows.set_column(column, field, pa.array(found, field.type))

    def _since(self, known: dict[str, Any] | None, row: dict[str, Any]) -> datetime:
        if known is None or any(known[name] != row[name] for name in _SEEN):
            return self.now
        since: datetime | None = known[_SINCE]
        return since or self.now

    def _known(self, native_ids: list[str]) -> dict[str, dict[str, Any]]:
        if self.accepted is None:
            return {}
        tables = last_rows(self.folder, self.accepted, self.previous, _COLUMNS, native_ids)
        return {row["native_id"]: row for table in tables for row in table.to_pylist()}
