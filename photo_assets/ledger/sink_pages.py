"""The mapping of keys to the service's pages, and the digests of their content.

Intents and outcomes are in `sink_requests`, which records pages with an outcome.
"""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import REGISTRY_REVISION as REVISIONS
from photo_assets.ledger.tables import SINK_PAGES as PAGES

_PARAMETERS = 900  # of one statement; SQLite's oldest limit is 999
_STREAMED = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWritten:
    """A page of the service and the digest of its current content."""

    target: str
    key: str
    remote_id: str
    digest: str | None


class SinkPages:
    """The authoritative mapping of keys to pages, because services do not guarantee a lookup."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def known(self, sink: str, destination: str, target: str) -> dict[str, tuple[str, str | None]]:
        """Return key -> (remote id, digest of the last written content)."""
        query = select(PAGES.c.key, PAGES.c.remote_id, PAGES.c.digest).where(
            PAGES.c.sink == sink, PAGES.c.place == destination, PAGES.c.target == target
        )
        with self._ledger.reading() as connection:
            return {row.key: (row.remote_id, row.digest) for row in connection.execute(query)}

    def digests(
        self, sink: str, destination: str, target: str, keys: Collection[str] | None
    ) -> Iterator[pa.RecordBatch]:
        """Yield key and digest of the last written content, of `keys`, or of all if None."""
        query = select(PAGES.c.key, PAGES.c.digest).where(
            PAGES.c.sink == sink, PAGES.c.place == destination, PAGES.c.target == target
        )
        wanted = sorted(keys or ())
        asked_for = (
            [query]
            if keys is None
            else [
                query.where(PAGES.c.key.in_(wanted[start : start + _PARAMETERS]))
                for start in range(0, len(wanted), _PARAMETERS)
            ]
        )
        with self._ledger.reading() as connection:
            for asked in asked_for:
                options = {"yield_per": _STREAMED}
                rows = connection.execute(asked, execution_options=options)
                for found in rows.partitions():
                    columns = [pa.array(one, pa.string()) for one in zip(*found, strict=True)]
                    yield pa.RecordBatch.from_arrays(columns, ["key", "digest"])

    def revision(self, sink: str) -> str:
        """Return the revision of the adopted pages: it changes with each adoption."""
        with self._ledger.reading() as connection:
            query = select(REVISIONS.c.revision).where(REVISIONS.c.part == _adopted(sink))
            return connection.execute(query).scalar() or ""

    def find(self, sink: str, destination: str, target: str, key: str) -> str | None:
        """Return the remote id of one key."""
        query = select(PAGES.c.remote_id).where(
            PAGES.c.sink == sink,
            PAGES.c.place == destination,
            PAGES.c.target == target,
            PAGES.c.key == key,
        )
        with self._ledger.reading() as connection:
            return connection.execute(query).scalar()

    def adopt(
        self, sink: str, destination: str, target: str, pages: Sequence[tuple[str, str]]
    ) -> int:
        """Record (key, remote id) of pages found in the service but not in the ledger.

        Known pages stay unchanged. Returns the number of new ones.
        """
        with self._ledger.writing() as connection:
            known = set(
                connection.scalars(
                    select(PAGES.c.key).where(
                        PAGES.c.sink == sink, PAGES.c.place == destination, PAGES.c.target == target
                    )
                )
            )
            new = {key: remote for key, remote in reversed(pages) if key not in known}
            found = [
                PageWritten(target=target, key=key, remote_id=remote, digest=None)
                for key, remote in new.items()
            ]
            put_pages(connection, sink, destination, found, self._ledger.now())
            if found:
                part = _adopted(sink)
                connection.execute(delete(REVISIONS).where(REVISIONS.c.part == part))
                drawn = secrets.token_hex(16)
                connection.execute(insert(REVISIONS).values(part=part, revision=drawn))
        return len(new)


def _adopted(sink: str) -> str:
    return f"{sink} pages"


def put_pages(
    connection: Connection, sink: str, destination: str, pages: Sequence[PageWritten], now: str
) -> None:
    """Record pages inside the caller's transaction; the last record of a key is kept."""
    if not pages:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(PAGES)
    statement = statement.on_conflict_do_update(
        index_elements=["sink", "place", "target", "key"],
        set_={
            "remote_id": statement.excluded.remote_id,
            "digest": statement.excluded.digest,
            "at": statement.excluded.at,
        },
    )
    connection.execute(
        statement,
        [
            {
                "sink": sink,
                "place": destination,
                "target": page.target,
                "key": page.key,
                "remote_id": page.remote_id,
                "digest": page.digest,
                "at": now,
            }
            for page in pages
        ],
    )
