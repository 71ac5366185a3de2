"""Changes of albums' names, step by step: the intent before anything is sent, the outcome after.

Rows are only appended; the database refuses anything else. How a change is made is not known here.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import ColumnElement, insert, select

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import ALBUM_CHANGES


class Step(StrEnum):
    """How far a change is. The last four end it."""

    INTENDED = "intended"  # recorded before anything was sent
    RENAMED = "renamed"  # the service has the new name; the database may not have it yet
    DONE = "done"  # both have the new name
    CONFLICT = "conflict"  # another name was found than the one before; it was left
    FAILED = "failed"  # nothing was changed
    UNDONE = "undone"  # the database could not follow, so the service has the old name again


OPEN = frozenset({Step.INTENDED, Step.RENAMED})
"""The steps after which a change is not ended: the next apply continues it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumChange:
    """One change of `field` of `album` (source/catalog/key), at its last step.

    `rollback`: it goes back to an earlier name. `began_at` and `at`: when the first and the last
    step were recorded, UTC text.
    """

    album: str
    field: str
    before: str
    after: str
    who: str
    rollback: bool = False
    change_id: str = ""
    step: Step = Step.INTENDED
    detail: str | None = None
    began_at: str = ""
    at: str = ""


class AlbumChanges:
    """All changes ever begun."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def intend(self, change: AlbumChange) -> AlbumChange:
        """Record that a change is about to be made, and return it with its id and time."""
        new = replace(change, change_id=str(uuid.uuid4()), step=Step.INTENDED)
        return self._append(replace(new, began_at="", at=""))

    def reached(self, change: AlbumChange, step: Step, detail: str | None = None) -> AlbumChange:
        """Record that a change reached a step, and return it so.

        Raises `StorageError` if it did before.
        """
        return self._append(replace(change, step=step, detail=detail))

    def all(self, album: str | None = None) -> list[AlbumChange]:
        """Return every change, of one album or of all, in the order in which they began."""
        return self._read(*([] if album is None else [ALBUM_CHANGES.c.album == album]))

    def open(self) -> list[AlbumChange]:
        """Return the changes that were begun and not ended, oldest first."""
        return [one for one in self.all() if one.step in OPEN]

    def _append(self, change: AlbumChange) -> AlbumChange:
        with self._ledger.writing() as connection:
            at = self._ledger.now()
            connection.execute(
                insert(ALBUM_CHANGES).values(
                    change_id=change.change_id,
                    step=change.step.value,
                    album=change.album,
                    field=change.field,
                    before=change.before,
                    after=change.after,
                    rollback=int(change.rollback),
                    who=change.who,
                    at=at,
                    detail=change.detail,
                )
            )
        return replace(change, at=at, began_at=change.began_at or at)

    def _read(self, *where: ColumnElement[bool]) -> list[AlbumChange]:
        query = select(ALBUM_CHANGES).where(*where).order_by(ALBUM_CHANGES.c.entry_id)
        found: dict[str, AlbumChange] = {}
        with self._ledger.reading() as connection:
            for row in connection.execute(query).mappings():
                known = found.get(row["change_id"])
                found[row["change_id"]] = AlbumChange(
                    **{name: row[name] for name in _TEXTS},
                    rollback=bool(row["rollback"]),
                    step=Step(row["step"]),
                    began_at=known.began_at if known else row["at"],
                )
        return list(found.values())


_TEXTS: Sequence[str] = (
    *("change_id", "album", "field", "before", "after", "who", "at", "detail"),
)
