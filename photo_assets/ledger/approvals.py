"""Approvals of one level of visibility for one photo at one target: appended, never edited.

The database refuses changes too: an approval is taken back by appending a row that revokes it. What
an approval permits is decided in `model.permits`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, insert, select

from photo_assets.ledger.aliases import last_merges
from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import APPROVALS
from photo_assets.model.errors import StorageError
from photo_assets.model.permits import Level
from photo_assets.model.visibility import level_of
from photo_assets.model.vocabulary import Visibility


class ApprovalChangedError(StorageError):
    """The approval is revoked already, or there is none with that number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One row. `target` is `<source>/<catalog>` or a sink; `who` is the person.

    `revokes` is the `approval_id` of the approval that this row takes back.
    """

    photo_id: str
    target: str
    level: str
    who: str
    why: str | None = None
    revokes: int | None = None
    approval_id: int | None = None  # given by the ledger
    at: str | None = None  # given by the ledger, UTC text


class Approvals:
    """All approvals ever given, and their revocations."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def approve(
        self, photo_id: str, target: str, level: Visibility, who: str, why: str | None = None
    ) -> Approval:
        """Record an approval and return it; one that counts already is returned unchanged.

        Raises `ValueError` for the unknown level, which nobody can approve.
        """
        if level is Visibility.UNKNOWN:
            raise ValueError("The unknown level cannot be approved.")
        with self._ledger.writing() as connection:
            standing = _standing(_read(connection, APPROVALS.c.photo_id == photo_id))
            overtaken = _overtaken(connection, standing)
            for one in standing:
                same = (one.target, one.level) == (target, level.value)
                if same and one.approval_id not in overtaken:
                    return one
            given = Approval(photo_id=photo_id, target=target, level=level.value, who=who, why=why)
            return self._append(connection, given)

    def revoke(self, approval_id: int, who: str, why: str | None = None) -> Approval:
        """Take an approval back, and return the new row. Raises `ApprovalChangedError`."""
        with self._ledger.writing() as connection:
            rows = _read(connection)
            found = {one.approval_id: one for one in _standing(rows)}.get(approval_id)
            if found is None:
                raise ApprovalChangedError(
                    f"There is no standing approval number {approval_id}; nothing was stored.",
                    hint="List them: photosync audit approvals",
                )
            row = replace(found, who=who, why=why, revokes=approval_id, approval_id=None, at=None)
            return self._append(connection, row)

    def standing(self) -> list[Approval]:
        """Return the approvals that nobody revoked, oldest first."""
        return _standing(self.all())

    def levels(self) -> dict[str, set[Level]]:
        """Return photo id -> the levels that a standing approval allows it.

        An approval counts for exactly the photo it was given for, as it was then. Where that photo
        was merged into another one, or another one into it since, there may be items that nobody
        saw and that are meant for fewer people: it counts no longer, until the photos are split
        again.
        """
        found: dict[str, set[Level]] = {}
        standing = self.standing()
        overtaken = self.overtaken(standing)
        for one in standing:
            if one.approval_id not in overtaken:
                level = Level(photo_id=one.photo_id, target=one.target, level=level_of(one.level))
                found.setdefault(one.photo_id, set()).add(level)
        return found

    def overtaken(self, approvals: Sequence[Approval]) -> dict[int, str]:
        """Return the numbers of those given before another photo was merged into theirs -> when."""
        with self._ledger.reading() as connection:
            return _overtaken(connection, approvals)

    def all(self) -> list[Approval]:
        """Return every row, oldest first."""
        with self._ledger.reading() as connection:
            return _read(connection)

    def _append(self, connection: Connection, row: Approval) -> Approval:
        at = self._ledger.now()
        values = {name: getattr(row, name) for name in _GIVEN}
        number = connection.execute(
            insert(APPROVALS).values(**values, at=at).returning(APPROVALS.c.approval_id)
        ).scalar_one()
        return replace(row, at=at, approval_id=number)


_GIVEN = ("photo_id", "target", "level", "who", "why", "revokes")


def _standing(rows: list[Approval]) -> list[Approval]:
    revoked = {row.revokes for row in rows}
    return [row for row in rows if row.revokes is None and row.approval_id not in revoked]


def _overtaken(connection: Connection, approvals: Sequence[Approval]) -> dict[int, str]:
    merges = last_merges(connection, {one.photo_id for one in approvals})
    return {
        one.approval_id or 0: since
        for one in approvals
        if (since := merges.get(one.photo_id, "")) >= (one.at or "")
    }


def _read(connection: Connection, *where: ColumnElement[bool]) -> list[Approval]:
    query = select(APPROVALS).where(*where).order_by(APPROVALS.c.approval_id)
    return [Approval(**row) for row in connection.execute(query).mappings()]
