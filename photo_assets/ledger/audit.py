"""The append-only audit log, written in the transaction of the logged change."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import AUDIT


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One logged change. `action` is a short stable word, `subject` the changed thing."""

    who: str
    action: str
    subject: str
    detail: str | None = None  # JSON
    at: str | None = None  # given by the ledger


def record(connection: Connection, at: str, audit_entries: Sequence[AuditEntry]) -> None:
    """Append entries inside the caller's transaction."""
    if audit_entries:
        rows = [
            {"at": at, "who": d.who, "action": d.action, "subject": d.subject, "detail": d.detail}
            for d in audit_entries
        ]
        connection.execute(insert(AUDIT), rows)


class Audit:
    """Reads the log, and appends entries that have no other transaction."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def append(self, *audit_entries: AuditEntry) -> None:
        """Append entries durably."""
        with self._ledger.writing() as connection:
            record(connection, self._ledger.now(), audit_entries)

    def about(self, subject: str) -> list[AuditEntry]:
        """Return the entries about `subject`, oldest first."""
        c = AUDIT.c
        query = select(c.who, c.action, c.subject, c.detail, c.at).where(c.subject == subject)
        with self._ledger.reading() as connection:
            rows = connection.execute(query.order_by(c.audit_id)).mappings()
            return [AuditEntry(**row) for row in rows]
