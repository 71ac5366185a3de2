"""Month parts: the rows of one catalog and one month as a small Parquet file named by its digest.

A part is immutable; a changed month is a new file, and the manifest that names it replaces the
old one in a single rename. Parts that no manifest names are removed afterwards.
"""

import hashlib
import mmap
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from photo_assets.catalogs.discovery.manifest import Manifest, Part, damaged
from photo_assets.lake import Lake
from photo_assets.model.rows import rows_to_table
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.model.tables import ITEMS

_BUFFER_ROWS = 500  # as Python objects, a row takes 10 KiB and more
_BUFFER_TEXT = 8 << 20  # characters of the two potentially long fields
_SPILL_BYTES = 16 << 20  # Arrow allocates up to twice as much while it builds a column
_TAKE_WHOLE_BYTES = 4 << 20
_TAKE_ROWS = 2_000
_MOST_TEXT_BYTES = 1 << 30

_Numbers = npt.NDArray[np.int64]

INDEX = ["native_id", "change_token", "month", "file_size", "file_mtime_ns", "file_inode"]
"""The columns of items that the scan memory stores for each row."""


class MonthBuckets:
    """Rows in scan order, collected by month; spilled to disk when memory grows."""

    def __init__(self, spill: Path) -> None:
        self._spill = spill
        self._rows: list[dict[str, Any]] = []
        self._text = 0
        self._tables: dict[str, list[pa.Table]] = {}
        self._files = 0
        self._spilled: dict[str, list[tuple[Path, int]]] = {}  # a file, and the batch in it
        self._bytes = 0
        self._index: list[pa.Table] = []
        self._aside = 0
        self._mapped: dict[Path, mmap.mmap] = {}

    def add(self, row: dict[str, Any]) -> None:
        """Add one row of `item_to_row`."""
        self._rows.append(row)
        self._text += len(row["raw"] or "") + len(row["extras"] or "")
        if len(self._rows) >= _BUFFER_ROWS or self._text >= _BUFFER_TEXT:
            self._flush()

    def months(self) -> list[str]:
        """Return the months that received rows, sorted."""
        self._flush()
        return sorted({*self._tables, *self._spilled})

    def index(self) -> pa.Table:
        """Return the `INDEX` of all rows, including those already taken."""
        self._flush()
        return pa.concat_tables([ITEM_SCHEMA.empty_table().select(INDEX), *self._index])

    def rows(self, month: str) -> pa.Table:
        """Return the rows of `month`."""
        self._flush()
        tables = list(self._tables.get(month, ()))
        for path, batch in self._spilled.get(month, ()):
            spilled = pa.ipc.open_file(pa.BufferReader(self._map(path))).get_batch(batch)
            tables.append(pa.Table.from_batches([spilled]))
        return pa.concat_tables(tables) if tables else ITEM_SCHEMA.empty_table()

    def put_aside(self, rows: pa.Table) -> pa.Table:
        """Return the same rows; many of them are on the disk from now on."""
        if rows.nbytes < _TAKE_WHOLE_BYTES:
            return rows
        self._aside += 1
        path = self._spill / f"aside {self._aside}.arrow"
        self._spill.mkdir(parents=True, exist_ok=True)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as writer:
            writer.write_table(rows)
        return pa.ipc.open_file(pa.BufferReader(self._map(path))).read_all()

    def leave_on_disk(self) -> None:
        """Give back the memory of spilled rows that were read; they are read again when needed."""
        for mapped in self._mapped.values():
            mapped.madvise(mmap.MADV_DONTNEED)

    def take(self, month: str) -> pa.Table:
        """Return the rows of `month`, and release them."""
        rows = self.rows(month)
        self._tables.pop(month, None)
        self._spilled.pop(month, None)
        return rows

    def _map(self, path: Path) -> pa.Buffer:
        if path not in self._mapped:
            with path.open("rb") as file:
                self._mapped[path] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return pa.py_buffer(self._mapped[path])

    def _flush(self) -> None:
        if not self._rows:
            return
        # Sort once and slice: filtering for each month would take hundreds of passes over the rows.
        rows = sorted(self._rows, key=itemgetter("month"))
        self._rows = []
        self._text = 0
        table = rows_to_table(rows)
        self._index.append(table.select(INDEX))
        self._bytes += table.nbytes
        start = 0
        for month, members in groupby(rows, key=itemgetter("month")):
            length = sum(1 for _ in members)
            self._tables.setdefault(month, []).append(table.slice(start, length))
            start += length
        if self._bytes > _SPILL_BYTES:
            self._spill_all()

    def _spill_all(self) -> None:
        """Write one file, with one batch a month."""
        self._spill.mkdir(parents=True, exist_ok=True)
        path = self._spill / f"{self._files}.arrow"
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, ITEM_SCHEMA) as writer:
            number = 0
            for month, tables in self._tables.items():
                # In the order in which they are read again: what is read is then in one place.
                rows = pa.concat_tables(tables).combine_chunks().sort_by("native_id")
                for batch in rows.to_batches():
                    writer.write_batch(batch)
                    self._spilled.setdefault(month, []).append((path, number))
                    number += 1
        # One table a file, without what Arrow allocated too much.
        self._index[self._files :] = [pa.concat_tables(self._index[self._files :]).combine_chunks()]
        self._files += 1
        self._tables = {}
        self._bytes = 0
        _release()


def part_digest(table: pa.Table) -> str:
    """Return the digest of a month's rows, independent of their order and of the encoding."""
    digest = hashlib.sha256()
    table = table.select(["native_id", "item_digest", "month_basis"]).sort_by("native_id")
    columns = (table["native_id"], table["item_digest"], table["month_basis"])
    for native_id, item_digest, basis in zip(*(c.to_pylist() for c in columns), strict=True):
        digest.update(hashlib.sha256(native_id.encode()).digest())
        digest.update(item_digest)
        digest.update(basis.encode())
    return digest.hexdigest()


def write_part(
    folder: Path, month: str, table: pa.Table, after_piece: Callable[[], None] = lambda: None
) -> Part:
    """Store a month's rows and return the part; an existing part is not rewritten.

    `after_piece` is called whenever some of the rows were copied out of the table.
    """
    digest = part_digest(table)
    name = f"{month}-{digest[:16]}"
    pieces = _each_followed(by_native_id(table), after_piece)
    Lake(folder).write(("parts", month[:4]), name, ITEMS, pieces, digest=digest)
    _release()
    return Part(digest=digest, rows=table.num_rows, file=f"parts/{month[:4]}/{name}.parquet")


def _each_followed(pieces: Iterable[pa.Table], by: Callable[[], None]) -> Iterator[pa.Table]:
    for piece in pieces:
        by()
        yield piece


def by_native_id(table: pa.Table) -> Iterator[pa.Table]:
    """Yield the rows in the order of their native ids, in pieces.

    Larger tables are never in memory as a whole: Arrow copies all of a column to reorder a part of
    it, and cannot reorder a `string` column beyond 2 GiB of text, which the raw records of a month
    of undated photos may exceed.
    """
    order = pc.sort_indices(table["native_id"])
    if table.nbytes < _TAKE_WHOLE_BYTES:
        yield table.take(order)
        return
    batches = table.to_batches()
    starts = np.cumsum([0, *(batch.num_rows for batch in batches)])
    numbers = order.to_numpy().astype(np.int64)
    for first in range(0, table.num_rows, _TAKE_ROWS):
        yield from _taken(batches, starts, numbers[first : first + _TAKE_ROWS])


def _taken(
    batches: list[pa.RecordBatch], starts: _Numbers, numbers: _Numbers
) -> Iterator[pa.Table]:
    """Yield the rows with these numbers; `starts`: the number of each batch's first row."""
    places = np.searchsorted(starts, numbers, side="right") - 1
    by_place = np.argsort(places, kind="stable")
    taken = [
        batches[place].take(pa.array(numbers[places == place] - starts[place]))
        for place in np.unique(places)
    ]
    pieces = pa.Table.from_batches(taken)
    if pieces.nbytes > _MOST_TEXT_BYTES and len(numbers) > 1:
        middle = len(numbers) // 2
        yield from _taken(batches, starts, numbers[:middle])
        yield from _taken(batches, starts, numbers[middle:])
    else:
        yield pieces.take(pa.array(np.argsort(by_place)))


def _release() -> None:
    """Give back memory that Arrow no longer uses: it keeps what it once allocated."""
    pa.default_memory_pool().release_unused()


def read_part(folder: Path, part: Part, columns: Iterable[str] | None = None) -> pa.Table:
    """Return a part's rows, or some of their columns. Raises `StorageError`."""
    path = Path(part.file)
    names = None if columns is None else list(columns)
    rows = Lake(folder).read((path.parts[0], path.parts[1]), path.stem, ITEMS, names)
    _require_rows(folder, part, rows.num_rows)
    return rows


def _require_rows(folder: Path, part: Part, rows: int) -> None:
    if rows != part.rows:
        raise damaged(folder / part.file, f"it holds {rows} rows instead of {part.rows}")


def part_pieces(folder: Path, part: Part) -> Iterator[pa.Table]:
    """Yield a part's rows in pieces of some thousands. Raises `StorageError`."""
    path = Path(part.file)
    rows = 0
    for piece in Lake(folder).pieces((path.parts[0], path.parts[1]), path.stem, ITEMS):
        rows += piece.num_rows
        yield piece
    _require_rows(folder, part, rows)


def sweep_parts(folder: Path, manifest: Manifest) -> int:
    """Remove part files that the accepted manifest does not name, and leftovers of killed writers.

    Returns the number of files.
    """
    named = {folder / part.file for part in manifest.months.values()}
    removed = 0
    for path in _all_parts(folder):
        if path not in named:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _all_parts(folder: Path) -> Iterator[Path]:
    yield from (folder / "parts").glob("*/*.parquet")
    # Their writers were killed: discovery holds the catalog's lock.
    for pattern in ("parts/*/.*.tmp", "report/last/.*.tmp", "memory/last/.*.tmp", ".*.tmp"):
        yield from folder.glob(pattern)
