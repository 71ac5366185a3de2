"""The registry of photos and their keys. The aliases of merged photos are in `aliases`.

Batches are Arrow tables: a registry holds several keys for each of a million items. `identity`
decides which photo a component of items belongs to.
"""

import contextlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from sqlalchemy import Column, Connection, Select, func, select, update

from photo_assets.ledger import aliases
from photo_assets.ledger.aliases import Merge
from photo_assets.ledger.audit import AuditEntry, record
from photo_assets.ledger.bulk import Rows, insert_photos, upsert_keys
from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import PHOTO_ALIASES, PHOTO_KEYS, PHOTOS, REGISTRY_REVISION

KNOWN_KEYS = pa.schema([(name, pa.string()) for name in ("key", "photo_id", "blob", "capture")])
KNOWN_PHOTOS = pa.schema([(name, pa.string()) for name in ("photo_id", "anchor", "created_at")])

LOOK_UP = 20_000
"""Above this number of keys, reading the whole table is faster than looking them up."""

_PART = "photos"
_PARAMETERS = 900  # of one statement; SQLite's oldest limit is 999
_CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class RegistryChange:
    """The changes of one run: new photos (photo_id, anchor), new or changed keys, merges, audit.

    `keys` has the columns of `KNOWN_KEYS` and only new or different rows, sorted by key: in that
    order a B-tree grows at its end. `decided`: merges that hold as long as a decision does;
    `ended`: the old ids that are photos again.
    """

    photos: Rows
    keys: Rows
    merges: Sequence[Merge] = ()
    audit_entries: Sequence[AuditEntry] = field(default_factory=tuple)
    decided: Sequence[Merge] = ()
    ended: Sequence[str] = ()


class RegistrySession:
    """One exclusive write transaction on the registry."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now

    def known(self, keys: pa.Array | None) -> Iterator[pa.RecordBatch]:
        """Yield the stored rows (`KNOWN_KEYS`) of `keys`, or of all keys if None.

        Above `LOOK_UP` keys, reading all is faster.
        """
        c = PHOTO_KEYS.c
        return self._batches(select(c.key, c.photo_id, c.blob, c.capture), c.key, keys, KNOWN_KEYS)

    def photos(self, photo_ids: pa.Array | None) -> Iterator[pa.RecordBatch]:
        """Yield the stored rows (`KNOWN_PHOTOS`) of `photo_ids`, or of all photos if None."""
        c = PHOTOS.c
        query = select(c.photo_id, c.anchor, c.created_at)
        return self._batches(query, c.photo_id, photo_ids, KNOWN_PHOTOS)

    def own_ids(self, photo_ids: Iterable[str]) -> dict[str, str]:
        """Return each id -> the photo that has its keys, whatever people decided."""
        return aliases.own_ids(self._connection, photo_ids)

    def decided_aliases(self) -> dict[str, str]:
        """Return old id -> photo for the aliases that hold by a decision."""
        return aliases.decided_aliases(self._connection)

    @property
    def revision(self) -> str:
        """The current revision of the registry."""
        c = REGISTRY_REVISION.c
        query = select(c.revision).where(c.part == _PART)
        return str(self._connection.execute(query).scalar_one())

    def apply(self, change: RegistryChange) -> str:
        """Store a change inside this transaction and return the registry's new revision.

        Raises `StorageError` if a key refers to a photo that does not exist.
        """
        insert_photos(self._connection, change.photos, self._now)
        upsert_keys(self._connection, change.keys)
        if change.merges:
            aliases.merge(self._connection, change.merges, self._now)
        aliases.decide(self._connection, change.decided, change.ended, self._now)
        record(self._connection, self._now, change.audit_entries)
        return self.renew()

    def renew(self) -> str:
        """Set a new revision: copies of the old state are out of date. Return it."""
        revision = secrets.token_hex(16)
        c = REGISTRY_REVISION.c
        self._connection.execute(
            update(REGISTRY_REVISION).where(c.part == _PART).values(revision=revision)
        )
        return revision

    def _batches(
        self,
        query: Select[tuple[str, ...]],
        column: Column[str],
        wanted: pa.Array | None,
        schema: pa.Schema,
    ) -> Iterator[pa.RecordBatch]:
        if wanted is None:
            yield from self._everything(query, schema)
            return
        values = wanted.to_pylist()
        for start in range(0, len(values), _PARAMETERS):
            part = query.where(column.in_(values[start : start + _PARAMETERS]))
            yield _batch(self._connection.execute(part).all(), schema)

    def _everything(
        self, query: Select[tuple[str, ...]], schema: pa.Schema
    ) -> Iterator[pa.RecordBatch]:
        """Stream a query through the driver's cursor, to avoid a Row object per row."""
        driver = self._connection.connection
        on_server = {"name": "photo_assets"} if self._connection.dialect.name != "sqlite" else {}
        with contextlib.closing(driver.cursor(**on_server)) as cursor:
            cursor.execute(str(query.compile(self._connection)))
            while rows := cursor.fetchmany(_CHUNK):
                yield _batch(rows, schema)


def _batch(rows: Sequence[Any], schema: pa.Schema) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


class PhotoRegistry:
    """The photo ids of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @contextmanager
    def session(self) -> Iterator[RegistrySession]:
        """Open the transaction of a run: all its changes are stored together, or none."""
        with self._ledger.writing(bulk=True) as connection:
            yield RegistrySession(connection, self._ledger.now())

    def revision(self) -> str:
        """Return the current revision of the registry."""
        c = REGISTRY_REVISION.c
        with self._ledger.reading() as connection:
            query = select(c.revision).where(c.part == _PART)
            return str(connection.execute(query).scalar_one())

    def resolve(self, photo_id: str) -> str | None:
        """Return the current photo of `photo_id`; None if the id was never assigned."""
        with self._ledger.reading() as connection:
            query = select(PHOTOS.c.photo_id).where(PHOTOS.c.photo_id == photo_id)
            known = connection.scalar(query)
            return aliases.current_ids(connection, [photo_id])[photo_id] if known else None

    def own_ids(self, photo_ids: Iterable[str]) -> dict[str, str]:
        """Return each id -> the photo that has its keys, whatever people decided."""
        with self._ledger.reading() as connection:
            return aliases.own_ids(connection, photo_ids)

    def current_ids(self, photo_ids: Iterable[str]) -> dict[str, str]:
        """Return each id -> its current photo; an id that was never assigned -> itself."""
        with self._ledger.reading() as connection:
            return aliases.current_ids(connection, photo_ids)

    def given_out(self, photo_ids: Sequence[str]) -> set[str]:
        """Return the ids among these that this ledger ever assigned, including aliases."""
        found: set[str] = set()
        with self._ledger.reading() as connection:
            for start in range(0, len(photo_ids), _PARAMETERS):
                some = photo_ids[start : start + _PARAMETERS]
                query = select(PHOTOS.c.photo_id).where(PHOTOS.c.photo_id.in_(some))
                found.update(connection.scalars(query))
        return found

    def aliases(self) -> dict[str, str]:
        """Return old id -> its current photo for all merges; there are no chains."""
        with self._ledger.reading() as connection:
            return aliases.all_aliases(connection)

    def photo_of(self, key: str) -> str | None:
        """Return the photo that is registered under a key (see `keys.py`)."""
        with self._ledger.reading() as connection:
            return connection.scalar(select(PHOTO_KEYS.c.photo_id).where(PHOTO_KEYS.c.key == key))

    def counts(self) -> dict[str, int]:
        """Return the number of photos ever created, of aliases, and of keys."""
        tables = {"photos": PHOTOS, "aliases": PHOTO_ALIASES, "keys": PHOTO_KEYS}
        with self._ledger.reading() as connection:
            return {
                name: connection.scalar(select(func.count()).select_from(table)) or 0
                for name, table in tables.items()
            }
