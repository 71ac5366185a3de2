"""In which months a photo's id occurs in a table, without reading the table for each question.

Twenty bytes per row, so that a million photos take 20 MiB. The caller reads the month to be
certain.
"""

import re
import threading
from typing import Any

import numpy as np
import pyarrow as pa

from photo_assets.lake import Lake, Snapshot
from photo_assets.lake.stored import AssetPath
from photo_assets.model.tables import TableKind
from photo_assets.web.digest_cache import DigestCache
from photo_assets.web.folder_stamp import folder_stamp

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_ALL = 1 << 40


class IdIndex:
    """The months of the ids in one `column` of UUIDs of a table that is stored by month."""

    def __init__(self, lake: Lake, asset: AssetPath, kind: TableKind, column: str) -> None:
        self._lake, self._asset, self._kind, self._column = lake, asset, kind, column
        self._kept: DigestCache[Any] = DigestCache(_ALL, lambda found: int(found.nbytes))
        self._lock = threading.Lock()
        self._known: tuple[int | None, list[str], Any, Any] = (None, [], [], [])

    def months_of(self, photo_id: str) -> list[str]:
        """Return the months that may contain an id; none for text that is no UUID."""
        if not _UUID.fullmatch(photo_id):
            return []
        wanted = _prefixes([photo_id])[0]
        months, prefixes, places = self._current()
        first, last = np.searchsorted(prefixes, wanted), np.searchsorted(prefixes, wanted, "right")
        return sorted({months[place] for place in places[first:last]})

    def _current(self) -> tuple[list[str], Any, Any]:
        """Return the months, all prefixes in order, and the place of the month of each."""
        with self._lock:
            stamp = folder_stamp(self._lake.root.joinpath(*self._asset))
            if stamp is None or stamp != self._known[0]:
                self._known = (stamp, *self._joined())
            return self._known[1:]

    def _joined(self) -> tuple[list[str], Any, Any]:
        tables = Snapshot(self._lake)
        months = tables.names(self._asset)
        found = [
            self._kept.get(
                month,
                tables.digest(self._asset, month),
                lambda month=month: self._read(month),  # type: ignore[misc]
            )
            for month in months
        ]
        none = np.zeros(0, np.uint64)
        prefixes = np.concatenate([none, *found])
        places = np.repeat(np.arange(len(found), dtype=np.int32), [len(one) for one in found])
        order = np.argsort(prefixes, kind="stable")
        return months, prefixes[order], places[order]

    def _read(self, month: str) -> Any:
        table = self._lake.read(self._asset, month, self._kind, [self._column])
        return _prefixes(_texts(table))


def _texts(table: pa.Table) -> list[str]:
    texts: list[str] = table.column(0).to_pylist()
    return texts


def _prefixes(ids: list[str]) -> Any:
    """Return the first 64 bits of each UUID."""
    raw = bytes.fromhex("".join(ids).replace("-", ""))
    return np.frombuffer(raw, dtype=">u8")[::2].astype(np.uint64)
