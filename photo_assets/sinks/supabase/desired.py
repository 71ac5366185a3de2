"""What the database should hold, made from the lake's tables a batch at a time."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from photo_assets.model.disclosure import Disclosure, DisclosurePolicy
from photo_assets.model.errors import StorageError
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
from photo_assets.store.lake.inputs import fingerprint_files, item_files
from photo_assets.store.lake.views import view_stored

_BATCH = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFiles:
    """The lake's files that rows are made from. A table that is not there yet has no rows."""

    items: Sequence[Path]
    fingerprints: Sequence[Path]
    photos: Path
    members: Path
    relations: Path
    unified: Path
    conflicts: Path
    scratch: Path | None = None
    memory_limit_mib: int = 512

    @classmethod
    def of(cls, lake: Lake, scratch: Path | None = None) -> "CollectionFiles":
        """Return the files as the lake has them now."""
        return cls(
            items=item_files(lake),
            fingerprints=fingerprint_files(lake),
            photos=lake.path(("identity", "photos"), "photos"),
            members=lake.path(("identity", "photos"), "members"),
            relations=lake.path(("identity", "photos"), "relations"),
            unified=lake.path(("metadata", "unified"), "unified"),
            conflicts=lake.path(("metadata", "conflicts"), "conflicts"),
            scratch=scratch,
        )

    @property
    def stored(self) -> tuple[Path, ...]:
        """All files that are there: what a plan is made from."""
        joined = (self.photos, self.members, self.relations, self.unified, self.conflicts)
        return (*self.items, *self.fingerprints, *(path for path in joined if path.exists()))


def desired_rows(
    files: CollectionFiles, policy: DisclosurePolicy, people_roots: Sequence[str] = ()
) -> Iterator[pa.Table]:
    """Yield all rows of all tables, `model.plans.DESIRED`; the same files give the same rows.

    A row that may not be sent is withheld, and so is what is in an album that may not.
    Raises `StorageError` when a file cannot be read.
    """
    try:
        with _database(files) as connection:
            disclosure = open_disclosure(connection, policy, people_roots)
            rows = _Rows(disclosure)
            for target, query in QUERIES.items():
                for batch in connection.sql(query).to_arrow_reader(_BATCH):
                    yield rows.table(target, batch)
    except (duckdb.Error, pa.ArrowException) as error:
        raise StorageError(
            f"The rows for the database cannot be made: {error}",
            hint="Materialize again what is named there.",
        ) from error


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
    folder = Path(tempfile.mkdtemp(prefix="supabase-", dir=files.scratch))
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{files.memory_limit_mib}MiB",
        "temp_directory": str(folder),
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    try:
        with duckdb.connect(":memory:", config=config) as connection:
            tables: tuple[tuple[str, TableKind, Sequence[Path]], ...] = (
                ("items", ITEMS, files.items),
                ("fingerprints", FINGERPRINTS, files.fingerprints),
                ("photos", PHOTOS, [files.photos]),
                ("members", MEMBERS, [files.members]),
                ("relations", RELATIONS, [files.relations]),
                ("unified", UNIFIED, [files.unified]),
                ("conflicts", CONFLICTS, [files.conflicts]),
            )
            for name, kind, paths in tables:
                view_stored(connection, name, kind, [path for path in paths if path.exists()])
            yield connection
    finally:
        shutil.rmtree(folder, ignore_errors=True)
