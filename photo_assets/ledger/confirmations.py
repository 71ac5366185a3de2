"""Confirmations that a large loss of items in a catalog is intended, each bound to one scan."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import CONFIRMATIONS


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirmed, and when (UTC text), that `lost` of `known` items are gone."""

    who: str
    at: str
    lost: int
    known: int


class Confirmations:
    """The confirmations of all catalogs. The first one for a scan is kept."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def confirm(
        self, source: str, catalog: str, scan_digest: str, who: str, lost: int, known: int
    ) -> Confirmation:
        """Record that `who` accepts the loss of `lost` of `known` items in exactly this scan."""
        with self._ledger.writing() as connection:
            given = _read(connection, source, catalog, scan_digest)
            if given is not None:
                return given
            given = Confirmation(who, self._ledger.now(), lost, known)
            connection.execute(
                insert(CONFIRMATIONS).values(
                    source=source,
                    catalog=catalog,
                    scan_digest=scan_digest,
                    who=who,
                    at=given.at,
                    lost=lost,
                    known=known,
                )
            )
            return given

    def find(self, source: str, catalog: str, scan_digest: str) -> Confirmation | None:
        """Return the confirmation of this scan, if there is one."""
        with self._ledger.reading() as connection:
            return _read(connection, source, catalog, scan_digest)

    def is_confirmed(self, source: str, catalog: str, scan_digest: str) -> bool:
        """Return whether exactly this scan is confirmed."""
        return self.find(source, catalog, scan_digest) is not None


def _read(
    connection: Connection, source: str, catalog: str, scan_digest: str
) -> Confirmation | None:
    c = CONFIRMATIONS.c
    row = connection.execute(
        select(c.who, c.at, c.lost, c.known).where(
            c.source == source, c.catalog == catalog, c.scan_digest == scan_digest
        )
    ).first()
    return Confirmation(*row) if row else None
