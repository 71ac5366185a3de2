"""Reading and writing the lake's tables: atomic, digested, pruned by column and partition.

A table whose content is already stored is not written again, so a second run leaves every file,
including its mtime, unchanged.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.lake.encoding import Extra, encode, is_same
from photo_assets.lake.footer import (
    Footer,
    read_footer,
    require_version,
    unreadable,
)
from photo_assets.lake.query_engine import Work, query_database
from photo_assets.lake.stored import AssetPath, StoredTables
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import TableKind
from photo_assets.model.wording import counted
from photo_assets.system.durable import Replacements, replacing, sweep_temporaries

_ABANDONED_S = 86_400.0  # no temporary file this old still has a writer

DERIVED = "The named table is derived data: materialize the asset that wrote it again."
"""The hint for a stored table that cannot be read."""


@dataclass(frozen=True, slots=True)
class Written:
    """The outcome of one write. `changed` is False when the same content was already stored."""

    path: Path
    rows: int
    bytes: int
    digest: str
    changed: bool


class _UnchangedError(Exception):
    """Raised to leave `replacing` without replacing."""


class Lake(StoredTables):
    """The tree of Parquet files under one root.

    Queries over its tables spill to `scratch` (None: the system's temporary folder) and use up to
    `memory_mib` (0: the amount they were measured to need).
    """

    def __init__(
        self,
        root: Path,
        together: Replacements | None = None,
        *,
        scratch: Path | None = None,
        memory_mib: int = 0,
        footers: Path | None = None,
    ) -> None:
        super().__init__(root, footers)
        self._together = together
        self._scratch = scratch
        self._memory_mib = memory_mib

    @contextmanager
    def together(self) -> Iterator["Lake"]:
        """Yield this lake; its writes are put in place together at the end of the block.

        Until then, reads return the earlier content. This makes many small tables cheaper. If the
        block raises, or the disk refuses, nothing more is put in place. Raises `StorageError`.
        """
        replacements = Replacements()
        try:
            yield Lake(
                self.root,
                replacements,
                scratch=self._scratch,
                memory_mib=self._memory_mib,
                footers=self.footers,
            )
            replacements.finish()
        finally:
            replacements.drop()

    @contextmanager
    def query(
        self, work: Work, doing: str, *, hint: str = DERIVED
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a connection for queries on tables, as `query_database` does.

        Raises `StorageError`, whose message starts with `doing`.
        """
        with query_database(work, doing, self._scratch, self._memory_mib, hint=hint) as opened:
            yield opened.connection

    def read_all(
        self, asset: AssetPath, kind: TableKind, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Return the rows of all partitions of `asset`, as `read` does for one."""
        parts = [self.read(asset, name, kind, columns) for name in self.names(asset)]
        schema = kind.schema if columns is None else _select(kind.schema, columns)
        return pa.concat_tables([schema.empty_table(), *parts])

    def retain(self, asset: AssetPath, names: Collection[str]) -> None:
        """Remove the derived tables of `asset` that are not in `names`, including older layouts."""
        for name in self.names(asset):
            if name not in names:
                self.path(asset, name).unlink(missing_ok=True)

    def sweep(self, asset: AssetPath) -> int:
        """Remove files that killed writers left beside the tables of `asset`; return how many."""
        folder = self.root.joinpath(*asset)
        return sweep_temporaries(folder, older_than_s=3600, now=time.time())

    def read(
        self,
        asset: AssetPath,
        name: str,
        kind: TableKind,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """Return one table, empty if it is not stored; only `columns` are read from disk.

        Columns missing from a table of an older version are null. Raises `SchemaMismatchError` if
        it was written by a version that cannot be read, and `StorageError` if it is damaged: every
        page has a checksum.
        """
        schema = kind.schema if columns is None else _select(kind.schema, columns)
        empty = pa.Table.from_batches([], schema)  # `empty_table` imports pandas
        return next(self._read(asset, name, kind, schema), empty)

    def pieces(
        self,
        asset: AssetPath,
        name: str,
        kind: TableKind,
        columns: Sequence[str] | None = None,
    ) -> Iterator[pa.Table]:
        """Yield the rows of one table, as `read` returns them, one row group at a time."""
        schema = kind.schema if columns is None else _select(kind.schema, columns)
        yield from self._read(asset, name, kind, schema, together=False)

    def _read(
        self,
        asset: AssetPath,
        name: str,
        kind: TableKind,
        schema: pa.Schema,
        *,
        together: bool = True,
    ) -> Iterator[pa.Table]:
        """Yield the rows of a stored table, all `together` or in row groups."""
        path = self.path(asset, name)
        footer = read_footer(path)
        if footer is None:
            return
        require_version(path, footer, kind)
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                present = frozenset(file.schema_arrow.names)  # converted at each access
                stored = [name for name in schema.names if name in present]
                groups = [range(file.num_row_groups)] if together else _each(file.num_row_groups)
                for group in groups:
                    table = file.read_row_groups(group, columns=stored)
                    rows = sum(file.metadata.row_group(number).num_rows for number in group)
                    if table.num_rows != rows:
                        raise ValueError(f"it has {counted(table.num_rows, 'row')}, not {rows:,}")
                    if footer.schema_version < kind.version:
                        table = _with_nulls(table, schema)
                    yield _conforming(table, schema)
        except (pa.ArrowException, OSError, ValueError, KeyError) as error:
            raise unreadable(path, error) from error

    def write(
        self,
        asset: AssetPath,
        name: str,
        kind: TableKind,
        batches: pa.Table | Iterable[pa.Table],
        *,
        digest: str | None = None,
        extra: Extra | None = None,
    ) -> Written:
        """Store the rows of `batches` as one table, atomically; return the outcome.

        `digest` identifies the content (hex); by default the digest of the encoded columns is used,
        which depends on the rows and their order and not on how they are split into batches.
        `extra` goes into the footer and does not count as content; if it is a function, it is
        called after the last row. Raises `StorageError`.
        """
        target = self.path(asset, name)
        tables = [batches] if isinstance(batches, pa.Table) else batches
        stored = self._stored(target)
        known = {} if callable(extra) else dict(extra or {})
        if digest is not None and stored is not None and is_same(stored, kind, digest, known):
            return Written(target, stored.rows, target.stat().st_size, digest, changed=False)
        try:
            with self._replacing(target) as stream:
                rows, found, pairs = encode(stream, kind, tables, digest, extra or {})
                if stored is not None and is_same(stored, kind, found, pairs):
                    raise _UnchangedError
                size = stream.tell()
        except _UnchangedError:
            return Written(target, rows, target.stat().st_size, found, changed=False)
        if self._together is None:
            sweep_temporaries(target.parent, _ABANDONED_S, time.time())
        return Written(target, rows, size, found, changed=True)

    def _replacing(self, target: Path) -> AbstractContextManager[BinaryIO]:
        return self._together.replacing(target) if self._together else replacing(target)

    @staticmethod
    def _stored(target: Path) -> Footer | None:
        try:
            return read_footer(target)
        except StorageError:
            return None  # a damaged derived file is simply rewritten


def _each(groups: int) -> list[range]:
    return [range(number, number + 1) for number in range(groups)]


def _with_nulls(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Add the columns that a table of an older version lacks."""
    present = frozenset(table.schema.names)
    for field in (field for field in schema if field.name not in present):
        table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    return table


def _conforming(table: pa.Table, schema: pa.Schema) -> pa.Table:
    table = table.select(schema.names)
    # Casting a month's columns to their own types takes a tenth of the time of reading them.
    same = table.schema == schema
    return table.replace_schema_metadata(schema.metadata) if same else table.cast(schema)


def _select(schema: pa.Schema, columns: Sequence[str]) -> pa.Schema:
    return pa.schema([schema.field(name) for name in columns])
