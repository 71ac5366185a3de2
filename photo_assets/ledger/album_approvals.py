"""Approvals of one new name for one album in place of one old name: appended, never edited.

The database refuses changes too: an approval is taken back by appending a row that revokes it. When
an approval was used, `album_changes` says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import insert, select

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import ALBUM_APPROVALS


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumApproval:
    """One row: `who` wants `field` of `album` to be `after` if it is `before`.

    `album` is source/catalog/key. `revokes` is the `approval_id` of the row that this one takes
    back.
    """

    album: str
    field: str
    before: str
    after: str
    who: str
    revokes: int | None = None
    approval_id: int | None = None  # given by the ledger
    at: str | None = None  # given by the ledger, UTC text

    @property
    def bound_to(self) -> tuple[str, str, str, str]:
        """What the approval is for, exactly."""
        return self.album, self.field, self.before, self.after


class AlbumApprovals:
    """All approvals of names ever given, and their revocations."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def approve(self, given: Iterable[AlbumApproval]) -> list[AlbumApproval]:
        """Record approvals in one transaction and return them; equal ones may be recorded again."""
        return self._append(given)

    def revoke(self, standing: Iterable[AlbumApproval], who: str) -> list[AlbumApproval]:
        """Take approvals back, and return the new rows.

        Raises `StorageError`, and takes none back, if one was taken back meanwhile.
        """
        return self._append(replace(one, who=who, revokes=one.approval_id) for one in standing)

    def standing(self) -> list[AlbumApproval]:
        """Return the approvals that nobody revoked, used or not, oldest first."""
        query = select(ALBUM_APPROVALS).order_by(ALBUM_APPROVALS.c.approval_id)
        with self._ledger.reading() as connection:
            rows = [AlbumApproval(**row) for row in connection.execute(query).mappings()]
        return _standing(rows)

    def _append(self, given: Iterable[AlbumApproval]) -> list[AlbumApproval]:
        stored = []
        with self._ledger.writing() as connection:
            at = self._ledger.now()
            for one in given:
                values = {name: getattr(one, name) for name in _GIVEN}
                number = connection.execute(
                    insert(ALBUM_APPROVALS)
                    .values(**values, at=at)
                    .returning(ALBUM_APPROVALS.c.approval_id)
                ).scalar_one()
                stored.append(replace(one, at=at, approval_id=number))
        return stored


_GIVEN = ("album", "field", "before", "after", "who", "revokes")


def _standing(rows: Sequence[AlbumApproval]) -> list[AlbumApproval]:
    revoked = {row.revokes for row in rows}
    return [row for row in rows if row.revokes is None and row.approval_id not in revoked]
