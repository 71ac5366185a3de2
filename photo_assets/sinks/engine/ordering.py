"""Put rows with long texts into the order of their keys without sorting the texts.

DuckDB 2.0 cannot sort rows that together exceed its memory: 509 MiB of texts fail in 400 MiB, even
with free disk space to spill to. It therefore sorts only the keys. They are divided into
consecutive portions, the texts are distributed to the portions in one pass over their files, and
each portion is sorted separately.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from photo_assets.lake.query_engine import Database
from photo_assets.lake.spill import Spill
from photo_assets.sinks.engine.database import batches, run

PORTION_ROWS = 4_096
_BATCH = 2048
_ROWS_BATCH = 65_536  # of rows without texts; each batch has rows of many portions
_NOWHERE = -1

Ints = npt.NDArray[np.int32]

# The start of a key divides a month: keys are random, and one month may contain all rows.
_PORTIONS = """
CREATE OR REPLACE TABLE portion AS
SELECT * EXCLUDE rows, (sum(rows) OVER (ORDER BY {lead}, head) // $rows)::INTEGER AS chunk
FROM (SELECT {lead}, key[1:2] AS head, count(*) AS rows FROM {relation} GROUP BY ALL)
"""
_ROWS = "SELECT p.chunk, r.* FROM {relation} r JOIN portion p ON {same} AND r.key[1:2] = p.head"


@dataclass(frozen=True, slots=True)
class TextsOf:
    """Text columns to add to the rows, from row `number`, counted through the `files`.

    No two rows refer to the same one. `columns` maps the columns of the files to the names in the
    result.
    """

    number: str
    columns: Mapping[str, str]
    files: Sequence[Path]


def in_order(
    opened: Database, relation: str, lead: Sequence[str], texts: Sequence[TextsOf]
) -> Iterator[pa.Table]:
    """Yield the rows of a table, sorted by `lead` and then key, with their texts."""
    with ExitStack() as stack:
        portions = _Portions(opened, relation, lead)
        stack.callback(portions.close)
        held = []
        for number, of in enumerate(texts if portions.numbers else ()):
            held.append(_Texts(opened.folder / f"texts-{relation}-{number}", of))
            stack.callback(held[-1].close)
            held[-1].hand_out(portions)
        for chunk in portions.numbers:
            rows = portions.read(chunk)
            for one in held:
                rows = one.beside(chunk, rows)
            for batch in rows.to_batches(max_chunksize=_BATCH):
                yield pa.Table.from_batches([batch])


class _Portions:
    """The rows of a table by portion."""

    def __init__(self, opened: Database, relation: str, lead: Sequence[str]) -> None:
        connection: duckdb.DuckDBPyConnection = opened.connection
        query = _PORTIONS.format(relation=relation, lead=", ".join(lead))
        run(connection, query, {"rows": PORTION_ROWS})
        ((last,),) = run(connection, "SELECT max(chunk) FROM portion")
        self.numbers = range(0 if last is None else last + 1)
        self._order = [(name, "ascending") for name in (*lead, "key")]
        same = " AND ".join(f"r.{name} IS NOT DISTINCT FROM p.{name}" for name in lead)
        self._spill: Spill | None = None
        query = _ROWS.format(relation=relation, same=same)
        for batch in batches(connection, query, rows=_ROWS_BATCH):
            if self._spill is None:
                self._spill = Spill(opened.folder / f"rows-{relation}", batch.schema)
            self._spill.add(batch)

    def read(self, chunk: int) -> pa.Table:
        """Return the rows of one portion, in order."""
        assert self._spill is not None
        return self._spill.read(chunk).sort_by(self._order)

    def of_each(self, column: str, end: int) -> Ints:
        """Return the portion that refers, in `column`, to each number below `end`."""
        found = np.full(end, _NOWHERE, np.int32)
        for chunk in self.numbers:
            found[pc.drop_null(self.read(chunk)[column]).to_numpy()] = chunk
        return found

    def close(self) -> None:
        if self._spill is not None:
            self._spill.close()


class _Texts:
    """Texts by portion, with their numbers."""

    def __init__(self, file: Path, of: TextsOf) -> None:
        self._of = of
        self._names = list(of.columns.values())
        numbers = [("chunk", pa.int32()), ("number", pa.int64())]
        self._schema = pa.schema([*numbers, *((name, pa.string()) for name in self._names)])
        self._spill = Spill(file, self._schema)

    def hand_out(self, portions: _Portions) -> None:
        """Read the files once, and keep the texts that a row refers to."""
        sizes = [pq.read_metadata(path).num_rows for path in self._of.files]
        chunks = portions.of_each(self._of.number, sum(sizes))
        first = 0
        for path, size in zip(self._of.files, sizes, strict=True):
            if (chunks[first : first + size] != _NOWHERE).any():
                self._read(path, first, chunks)
            first += size

    def beside(self, chunk: int, rows: pa.Table) -> pa.Table:
        """Return the rows of a portion with their texts; null for a row without a text."""
        held = self._spill.read(chunk)
        known = held["number"].to_numpy()
        wanted = rows[self._of.number].fill_null(_NOWHERE).to_numpy()
        if len(known):
            order = np.argsort(known)
            at = np.searchsorted(known, wanted, sorter=order)
            row = order[np.minimum(at, len(known) - 1)]
            found = held.take(pa.array(row, mask=known[row] != wanted))
        for name in self._names:
            column = found[name] if len(known) else pa.nulls(len(wanted), pa.string())
            rows = rows.append_column(name, column)
        return rows

    def close(self) -> None:
        self._spill.close()

    def _read(self, path: Path, at: int, chunks: Ints) -> None:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH, columns=list(self._of.columns)):
                end = at + batch.num_rows
                mine = chunks[at:end]
                columns = [pa.array(mine, pa.int32(), mask=mine == _NOWHERE), np.arange(at, end)]
                texts = [batch.column(name).cast(pa.string()) for name in self._of.columns]
                self._spill.add(pa.record_batch([*columns, *texts], schema=self._schema))
                at = end
