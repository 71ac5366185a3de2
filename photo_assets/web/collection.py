"""The collection as pages show it: months, the photos of a month as tiles, where a photo is.

Every answer is of the tables that are stored now. One photo in full belongs to `photo_view`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.lake import DAMAGED, Lake, Snapshot
from photo_assets.lake.inputs import photo_table
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import PHOTOS, RELATIONS, UNIFIED
from photo_assets.model.vocabulary import Availability, Visibility
from photo_assets.web.digest_cache import DigestCache
from photo_assets.web.folder_stamp import folder_stamp
from photo_assets.web.id_index import IdIndex

UNIFIED_ASSET: Final = ("metadata", "unified")
_TILES_BYTES = 32 << 20
_COLUMNS = (
    *("photo_id", "file_name", "media_kind", "capture_time", "visibility", "availability"),
    *("conflict_count", "albums"),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A photo in a grid. `blob`: the master's SHA-256, where known."""

    photo_id: str
    blob: bytes | None
    name: str
    kind: str
    at: datetime | None
    visibility: str | None
    availability: str | None
    conflicts: int

    @property
    def locked(self) -> bool:
        """Whether its picture is not put on the screen unasked."""
        return self.visibility == Visibility.LOCKED

    @property
    def version(self) -> str:
        """What changes in addresses with the picture; "" if its bytes are not known."""
        return self.blob.hex()[:16] if self.blob else ""

    @property
    def trashed(self) -> bool:
        """Whether it is only in the trash of its catalogs."""
        return self.availability == Availability.TRASHED


class Collection:
    """The stored photos of one lake."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self._photos = IdIndex(lake, photo_table(PHOTOS), PHOTOS, "photo_id")
        self._pointed_at = IdIndex(lake, photo_table(RELATIONS), RELATIONS, "to_photo_id")
        self._months: tuple[int | None, list[tuple[str, int]]] = (None, [])
        self._tables: DigestCache[pa.Table] = DigestCache(_TILES_BYTES, lambda t: int(t.nbytes))

    def months(self) -> list[tuple[str, int]]:
        """Return every month with photos and their number, newest first."""
        stamp = folder_stamp(self.lake.root.joinpath(*UNIFIED_ASSET))
        known = self._months
        if stamp is None or stamp != known[0]:
            known = self._months = (stamp, self._read_months())
        return known[1]

    def _read_months(self) -> list[tuple[str, int]]:
        tables = Snapshot(self.lake)
        found = []
        for month in reversed(tables.names(UNIFIED_ASSET)):
            try:
                footer = tables.footer(UNIFIED_ASSET, month)
            except StorageError:
                continue  # the status page names damaged files
            if footer is not None and footer.rows:
                found.append((month, footer.rows))
        return found

    def tiles(self, month: str, first: int, count: int) -> list[Tile]:
        """Return some photos of a month in the order of the gallery, newest first."""
        return tiles_of(self.month(month).slice(max(0, first), max(0, count)))

    def find(self, photo_id: str) -> tuple[str, Tile] | None:
        """Return the month of a photo and its tile, None if it is not in the collection."""
        for month in self._photos.months_of(photo_id):
            table = self.month(month)
            at = pc.index(table["photo_id"], photo_id).as_py()
            if at >= 0:
                return month, tiles_of(table.slice(at, 1))[0]
        return None

    def months_pointing_at(self, photo_id: str) -> list[str]:
        """Return the months whose photos may state a relation to this one."""
        return self._pointed_at.months_of(photo_id)

    def month(self, month: str) -> pa.Table:
        """Return the photos of a month in the order of the gallery; empty for an unknown month."""
        digests = tuple(
            self.lake.digest(asset, month) for asset in (UNIFIED_ASSET, photo_table(PHOTOS))
        )
        if digests[0] is None:
            return _EMPTY
        return self._tables.get(month, digests, lambda: self._read(month, digests))

    def _read(self, month: str, digests: tuple[str | None, ...]) -> pa.Table:
        rows = self.lake.read(UNIFIED_ASSET, month, UNIFIED, _COLUMNS)
        photos = photo_table(PHOTOS)
        known = digests[1] not in {None, DAMAGED}
        blobs = self.lake.read(photos, month, PHOTOS, ["photo_id", "sha256"]) if known else None
        if blobs is None:
            blob = pa.nulls(rows.num_rows, pa.binary(32))
        else:
            where = pc.index_in(rows["photo_id"], value_set=blobs["photo_id"].combine_chunks())
            blob = blobs["sha256"].combine_chunks().take(where.combine_chunks())
        order = [("capture_time", "descending"), ("photo_id", "ascending")]
        return rows.append_column("sha256", blob).sort_by(order).combine_chunks()


_EMPTY = pa.schema(
    [*(UNIFIED.schema.field(name) for name in _COLUMNS), pa.field("sha256", pa.binary(32))]
).empty_table()


def tiles_of(rows: pa.Table) -> list[Tile]:
    """Return rows of `Collection.month` as tiles."""
    columns: Sequence[list[object]] = [
        rows[name].to_pylist()
        for name in (
            *("photo_id", "sha256", "file_name", "media_kind", "capture_time"),
            *("visibility", "availability", "conflict_count"),
        )
    ]
    return [
        Tile(photo_id, blob, name or "", kind or "", *rest)
        for photo_id, blob, name, kind, *rest in zip(*columns, strict=True)
    ]
