"""Encoding rows as a Parquet file whose bytes depend on the rows alone, and digesting them.

Where the file is stored, and whether it replaces another, is decided elsewhere.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.lake.footer import Footer, footer_pairs
from photo_assets.model.tables import TableKind

_BUFFER_BYTES = 1 << 18

Extra = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""What a writer adds to a footer, or a function that returns it after the last row."""


class _DigestingSink:
    """A file object that hashes the data written to it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.closed = False

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._stream.write(data)

    def tell(self) -> int:
        return self._stream.tell()

    def flush(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        self.closed = True

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False


def encode(
    stream: BinaryIO,
    kind: TableKind,
    tables: Iterable[pa.Table],
    digest: str | None,
    extra: Extra,
) -> tuple[int, str, dict[str, str]]:
    """Write the rows of `tables` as one file; return their number, digest and extra facts.

    Without `digest`, it is computed from the encoded columns.
    """
    sink = _DigestingSink(stream)
    rows = 0
    # The encoder writes pieces of a few bytes: passing them on singly costs more than encoding.
    with (
        pa.BufferedOutputStream(pa.PythonFile(sink, "w"), _BUFFER_BYTES) as buffer,
        pq.ParquetWriter(
            buffer, kind.schema, compression="zstd", write_page_checksum=True
        ) as writer,
    ):
        for table in _row_groups(tables, kind):
            rows += table.num_rows
            # One chunk per column: the encoded bytes then depend on the values alone.
            writer.write_table(table.combine_chunks(), kind.rows_per_group)
        buffer.flush()
        found = digest or sink.digest.hexdigest()
        pairs = dict(extra() if callable(extra) else extra)
        writer.add_key_value_metadata(footer_pairs(kind, found, pairs))
    return rows, found, pairs


def _row_groups(tables: Iterable[pa.Table], kind: TableKind) -> Iterator[pa.Table]:
    """Yield the rows in full row groups, whatever the sizes of `tables`."""
    schema, size = kind.schema, kind.rows_per_group
    waiting: list[pa.Table] = []
    rows = 0
    for table in tables:
        waiting.append(table if table.schema.equals(schema) else table.cast(schema))
        rows += table.num_rows
        if rows >= size:
            whole = pa.concat_tables(waiting)
            full = whole.num_rows - whole.num_rows % size
            yield from (whole.slice(at, size) for at in range(0, full, size))
            rest = whole.slice(full)
            rows = rest.num_rows
            waiting = [rest] if rows else []  # an empty slice would keep the whole in memory
    rest = pa.concat_tables(waiting) if waiting else schema.empty_table()
    if rest.num_rows:
        yield rest


def is_same(stored: Footer, kind: TableKind, digest: str, extra: Mapping[str, str]) -> bool:
    """Return whether a stored table has this content and these facts in its footer."""
    return (
        stored.table == kind.name
        and stored.schema_version == kind.version
        and stored.digest == digest
        and dict(stored.extra) == dict(extra)
    )
