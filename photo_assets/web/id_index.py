"""In which months a photo's id occurs in a table, without reading the table for each question.

Eight bytes per row, so that a million photos take 8 MiB; the caller reads the month to be certain.
"""

import re
from typing import Any

import numpy as np
import pyarrow as pa

from photo_assets.lake import Lake, Snapshot
from photo_assets.lake.stored import AssetPath
from photo_assets.model.tables import TableKind
from photo_assets.web.digest_cache import DigestCache

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_ALL = 1 << 40

_Prefixes = "np.ndarray[tuple[int], np.dtype[np.uint64]]"


class IdIndex:
    """The months of the ids in one `column` of UUIDs of a table that is stored by month."""

    def __init__(self, lake: Lake, asset: AssetPath, kind: TableKind, column: str) -> None:
        self._lake, self._asset, self._kind, self._column = lake, asset, kind, column
        self._kept: DigestCache[Any] = DigestCache(_ALL, lambda found: int(found.nbytes))

    def months_of(self, photo_id: str) -> list[str]:
        """Return the months that may contain an id; none for text that is no UUID."""
        if not _UUID.fullmatch(photo_id):
            return []
        wanted = _prefixes([photo_id])[0]
        tables = Snapshot(self._lake)
        found = []
        for month in tables.names(self._asset):
            prefixes = self._kept.get(
                month,
                tables.digest(self._asset, month),
                lambda month=month: self._read(month),  # type: ignore[misc]
            )
            at = int(np.searchsorted(prefixes, wanted))
            if at < len(prefixes) and prefixes[at] == wanted:
                found.append(month)
        return found

    def _read(self, month: str) -> Any:
        table = self._lake.read(self._asset, month, self._kind, [self._column])
        return np.sort(_prefixes(_texts(table)))


def _texts(table: pa.Table) -> list[str]:
    texts: list[str] = table.column(0).to_pylist()
    return texts


def _prefixes(ids: list[str]) -> Any:
    """Return the first 64 bits of each UUID."""
    raw = bytes.fromhex("".join(ids).replace("-", ""))
    return np.frombuffer(raw, dtype=">u8")[::2].astype(np.uint64)
