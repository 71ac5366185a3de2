"""Storing fingerprints that are known from elsewhere, so that no file is read for them.

The months are those of their items, whose catalogs must be in the lake before.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.identity.last_known import ASSET
from photo_assets.identity.monthly import count_items, input_digest, month_extra
from photo_assets.lake import Lake
from photo_assets.lake.spill import Spill
from photo_assets.model.tables import FINGERPRINTS
from photo_assets.system.durable import require_directory

_AT_ONCE: Final = 2_000
_NUMBERED: Final = FINGERPRINTS.schema.append(pa.field("chunk", pa.int32()))
_KEY: Final = [(name, "ascending") for name in ("source", "catalog", "native_id")]


class RestoredFingerprints:
    """Collects rows in a file below `scratch`, then stores them by month."""

    def __init__(self, scratch: Path) -> None:
        require_directory(scratch)
        self._file = scratch / "fingerprints.spill"
        self._spill = Spill(self._file, _NUMBERED)
        self._months: dict[str, int] = {}
        self._rows: list[dict[str, Any]] = []

    def add(self, row: Mapping[str, Any]) -> None:
        """Add one row of `model.tables.FINGERPRINTS`."""
        number = self._months.setdefault(row["month"], len(self._months))
        self._rows.append({**row, "chunk": number})
        if len(self._rows) >= _AT_ONCE:
            self._flush()

    def store(self, lake: Lake) -> None:
        """Store each month as made from the items that the lake has now. Raises `StorageError`.

        A month that lacks rows, or values that a first version did not keep, stays due.
        """
        self._flush()
        self._spill.flush()
        for month, number in sorted(self._months.items()):
            table = self._spill.read(number).select(FINGERPRINTS.schema.names).sort_by(_KEY)
            whole = table.num_rows == count_items(lake, month) and not table["recipe"].null_count
            waiting = dict.fromkeys(_unread(table), "offline")
            extra = month_extra(input_digest(lake, month), waiting, table) if whole else {}
            lake.write(ASSET, month, FINGERPRINTS, table, extra=extra)
        self._spill.close()
        self._file.unlink(missing_ok=True)

    def _flush(self) -> None:
        for batch in pa.Table.from_pylist(self._rows, _NUMBERED).to_batches():
            self._spill.add(batch)
        self._rows = []


def _unread(table: pa.Table) -> list[str]:
    """Return the catalogs (`source/catalog`) with files whose content is not known."""
    rows = table.filter(pc.is_null(table["sha256"])).select(["source", "catalog"]).to_pylist()
    return sorted({f"{row['source']}/{row['catalog']}" for row in rows})
