"""What the database should hold, made from the lake's tables a batch at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from photo_assets.model.disclosure import Disclosure, DisclosurePolicy
from photo_assets.model.plans import DESIRED, canonical
from photo_assets.model.tables import (
    CONFLICTS,
    FINGERPRINTS,
    ITEMS,
    MEMBERS,
    PHOTOS,
    RELATIONS,
    UNIFIED,
    TableKind,
)
from photo_assets.sinks.supabase.content import emptied, parse, settle
from photo_assets.sinks.supabase.queries import QUERIES
from photo_assets.sinks.supabase.tables import ALBUMS, NAMED_BY
from photo_assets.store.disclosing import open_disclosure
from photo_assets.store.lake import Lake
from photo_assets.store.lake.inputs import fingerprint_files, item_files, photo_files
from photo_assets.store.lake.views import view_stored
from photo_assets.store.query_engine import query_database, query_memory_mib

_BATCH = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFiles:
    """The lake's files that rows are made from. A table that is not there yet has no rows."""

    items: Sequence[Path]
    fingerprints: Sequence[Path]
    photos: Sequence[Path]
    members: Sequence[Path]
    relations: Sequence[Path]
    unified: Sequence[Path]
    conflicts: Sequence[Path]
    scratch: Path | None = None
    memory_mib: int = 0  # 0: a share of the machine's

    @classmethod
    def of(cls, lake: Lake, scratch: Path | None = None, memory_mib: int = 0) -> "CollectionFiles":
        """Return the files as the lake has them now."""
        return cls(
            items=item_files(lake),
            fingerprints=fingerprint_files(lake),
            photos=photo_files(lake, PHOTOS),
            members=photo_files(lake, MEMBERS),
            relations=photo_files(lake, RELATIONS),
            unified=lake.files(("metadata", "unified")),
            conflicts=lake.files(("metadata", "conflicts")),
            scratch=scratch,
            memory_mib=memory_mib,
        )

    @property
    def stored(self) -> tuple[Path, ...]:
        """All files that are there: what a plan is made from."""
        joined = (self.photos, self.members, self.relations, self.unified, self.conflicts)
        return (*self.items, *self.fingerprints, *(path for paths in joined for path in paths))


def desired_rows(
    files: CollectionFiles, policy: DisclosurePolicy, people_roots: Sequence[str] = ()
) -> Iterator[pa.Table]:
    """Yield all rows of all tables, `model.plans.DESIRED`; the same files give the same rows.

    A row that may not be sent is withheld, and so is what is in an album that may not.
    Raises `StorageError` when a file cannot be read.
    """
    with _database(files) as connection:
        rows = _Rows(open_disclosure(connection, policy, people_roots))
        for target, query in QUERIES.items():
            for batch in connection.sql(query).to_arrow_reader(_BATCH):
                yield rows.table(target, batch)


class _Rows:
    """Rows on their way out. Albums come first, so that what is in one that is withheld is, too."""

    def __init__(self, disclosure: Disclosure) -> None:
        self._disclosure = disclosure
        self._withheld_albums: set[str] = set()

    def table(self, target: str, batch: pa.RecordBatch) -> pa.Table:
        rows = [self._row(target, row) for row in batch.to_pylist()]
        return pa.Table.from_pylist(rows, schema=DESIRED.schema)

    def _row(self, target: str, row: dict[str, Any]) -> dict[str, Any]:
        named = {"target": target, "key": row["key"], "photo_id": row["photo_id"]}
        content = parse(row["content"])
        withheld = row["withheld"] or content.get("album_id") in self._withheld_albums
        shown = None if withheld else self._disclosure.show(content)
        if shown is None:
            if target == ALBUMS:
                self._withheld_albums.add(row["key"])
            left = emptied(content, NAMED_BY[target])
            return {**named, "content": canonical(left), "withheld": True}
        text, note = settle(shown, row["content"])
        return {**named, "month": row["month"], "content": text, "note": note}


@contextmanager
def _database(files: CollectionFiles) -> Iterator[duckdb.DuckDBPyConnection]:
    tables: tuple[tuple[str, TableKind, Sequence[Path]], ...] = (
        ("items", ITEMS, files.items),
        ("fingerprints", FINGERPRINTS, files.fingerprints),
        ("photos", PHOTOS, files.photos),
        ("members", MEMBERS, files.members),
        ("relations", RELATIONS, files.relations),
        ("unified", UNIFIED, files.unified),
        ("conflicts", CONFLICTS, files.conflicts),
    )
    with query_database(
        "The rows for the database cannot be made",
        files.scratch,
        query_memory_mib("plans", files.memory_mib),
        hint="Materialize again what is named there.",
    ) as opened:
        for name, kind, paths in tables:
            view_stored(opened.connection, name, kind, [path for path in paths if path.exists()])
        yield opened.connection
