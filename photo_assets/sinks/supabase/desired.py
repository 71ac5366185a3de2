"""What the database should hold, made from the lake's tables a batch at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from photo_assets.model.plans import DESIRED
from photo_assets.model.tables import (
    CONFLICTS,
    FINGERPRINTS,
    ITEMS,
    MEMBERS,
    PHOTOS,
    UNIFIED,
    TableKind,
)
from photo_assets.sinks.engine.database import view
from photo_assets.sinks.supabase.content import settle
from photo_assets.sinks.supabase.queries import queries
from photo_assets.store.lake import Lake
from photo_assets.store.lake.inputs import fingerprint_files, item_files
from photo_assets.store.query_engine import query_database, query_memory_mib

_BATCH = 8192
_GPS_IN_EXIF = frozenset({"gps_latitude", "gps_longitude", "gps_altitude_m"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFiles:
    """The lake's files that rows are made from. A table that is not there yet has no rows."""

    items: Sequence[Path]
    fingerprints: Sequence[Path]
    photos: Path
    members: Path
    unified: Path
    conflicts: Path
    scratch: Path | None = None
    memory_mib: int = 0  # 0: a share of the machine's

    @classmethod
    def of(cls, lake: Lake, scratch: Path | None = None, memory_mib: int = 0) -> "CollectionFiles":
        """Return the files as the lake has them now."""
        return cls(
            items=item_files(lake),
            fingerprints=fingerprint_files(lake),
            photos=lake.path(("identity", "photos"), "photos"),
            members=lake.path(("identity", "photos"), "members"),
            unified=lake.path(("metadata", "unified"), "unified"),
            conflicts=lake.path(("metadata", "conflicts"), "conflicts"),
            scratch=scratch,
            memory_mib=memory_mib,
        )

    @property
    def stored(self) -> tuple[Path, ...]:
        """All files that are there: what a plan is made from."""
        joined = (self.photos, self.members, self.unified, self.conflicts)
        return (*self.items, *self.fingerprints, *(path for path in joined if path.exists()))


def desired_rows(files: CollectionFiles, *, gps: bool, people: bool) -> Iterator[pa.Table]:
    """Yield all rows of all tables, `model.plans.DESIRED`; the same files give the same rows.

    Raises `StorageError` when a file cannot be read.
    """
    leave_out = frozenset() if gps else _GPS_IN_EXIF
    with _database(files) as connection:
        for target, query in queries(gps=gps, people=people).items():
            for batch in connection.sql(query).to_arrow_reader(_BATCH):
                yield _settled(target, batch, leave_out)


def _settled(target: str, batch: pa.RecordBatch, leave_out: frozenset[str]) -> pa.Table:
    settled = [settle(text, leave_out) for text in batch.column("content").to_pylist()]
    columns = {
        "target": pa.array([target] * batch.num_rows, pa.string()),
        "key": batch.column("key"),
        "photo_id": batch.column("photo_id").cast(pa.string()),
        "month": batch.column("month").cast(pa.string()),
        "content": pa.array([content for content, _ in settled], pa.string()),
        "note": pa.array([note for _, note in settled], pa.string()),
    }
    return pa.Table.from_pydict(columns, schema=DESIRED.schema)


@contextmanager
def _database(files: CollectionFiles) -> Iterator[duckdb.DuckDBPyConnection]:
    tables: tuple[tuple[str, TableKind, Sequence[Path]], ...] = (
        ("items", ITEMS, files.items),
        ("fingerprints", FINGERPRINTS, files.fingerprints),
        ("photos", PHOTOS, [files.photos]),
        ("members", MEMBERS, [files.members]),
        ("unified", UNIFIED, [files.unified]),
        ("conflicts", CONFLICTS, [files.conflicts]),
    )
    with query_database(
        "The rows for the database cannot be made",
        files.scratch,
        query_memory_mib("plans", files.memory_mib),
        hint="Materialize again what is named there.",
    ) as opened:
        for name, kind, paths in tables:
            view(opened.connection, name, kind, paths)
        yield opened.connection
