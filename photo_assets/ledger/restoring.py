"""Filling an empty ledger with irreplaceable rows that were kept elsewhere (`keeping`).

Where they come from is not decided here.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Insert, Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from photo_assets.ledger.keeping import BY_PHOTO, BY_TIME
from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.move import count_on
from photo_assets.ledger.photos import RegistrySession
from photo_assets.ledger.tables import PHOTO_ALIASES, PHOTO_KEYS, PHOTOS, REGISTRY_REVISION
from photo_assets.model.errors import StorageError

_AT_ONCE: Final = 10_000
_EARLIER: Final = ("supersedes", "revokes")
"""The columns that name the number of an earlier row of their table."""

_PART: Final = "restored commit"
"""The part of `REGISTRY_REVISION` that states from which commit the rows are."""

_LOOKED_UP: Final = 900  # parameters of one statement; SQLite's oldest limit is 999

Row = Mapping[str, Any]


def holds_rows(ledger: Ledger) -> bool:
    """Return whether a ledger has any irreplaceable row."""
    with ledger.reading() as connection:
        return any(_count(connection, table) for table in (*BY_PHOTO, *BY_TIME))


@contextmanager
def restoring(ledger: Ledger, commit: str) -> Iterator["LedgerRestore"]:
    """Open the one transaction that fills an empty ledger. Call `LedgerRestore.finish` last.

    `commit`: 40 hex digits that identify where the rows were kept. A ledger that an earlier call
    filled from there stays as it is. Raises `StorageError`, also for one with other rows.
    """
    with ledger.writing(bulk=True) as connection:
        filled = any(_count(connection, table) for table in (*BY_PHOTO, *BY_TIME))
        if filled and _restored(connection) != _sign(commit):
            raise StorageError(
                f"The ledger {ledger.name} has rows that no restore of the commit {commit[:12]} "
                "wrote. Nothing was restored to it.",
                hint="Set `data_dir` in photosync.yaml to an empty folder, or move that folder "
                "away, and run the restore again.",
            )
        yield LedgerRestore(connection, ledger.now(), filled=filled)
        if not filled:
            connection.execute(delete(REGISTRY_REVISION).where(REGISTRY_REVISION.c.part == _PART))
            sign = {"part": _PART, "revision": _sign(commit)}
            connection.execute(insert(REGISTRY_REVISION), sign)


class LedgerRestore:
    """Adds rows to an empty ledger, inside one transaction; to one that is `filled`, none."""

    def __init__(self, connection: Connection, now: str, *, filled: bool) -> None:
        self._connection = connection
        self._now = now
        self._filled = filled
        self._photos: list[Row] = []
        self._keys: list[Row] = []
        self._late_keys: list[Row] = []
        self._merged: dict[str, Row] = {}
        self._aliases: list[Row] = []

    def add_photo(self, photo: Row, keys: Iterable[Row], *, present: bool) -> None:
        """Add a photo and its keys. A key that two photos have is that of the `present` one."""
        self._photos.append(photo)
        (self._keys if present else self._late_keys).extend(keys)
        if len(self._photos) >= _AT_ONCE:
            self._flush()

    def add_alias(self, photo: Row, alias: Row, keys: Iterable[Row]) -> None:
        """Add a photo that was merged into another one; by a decision, it has keys of its own."""
        if alias["decided"]:
            self.add_photo(photo, keys, present=True)
        else:
            self._merged[str(photo["photo_id"])] = photo
        self._aliases.append(alias)

    def finish(self, rows: Mapping[str, Iterable[Row]]) -> list[str]:
        """Add the `rows` of `BY_TIME`, by table; return the merged photos whose photo is unknown.

        Those are not stored. One that has keys of its own is stored as a photo.
        """
        self._flush()
        known = self._known({str(alias["photo_id"]) for alias in self._aliases})
        left = [alias for alias in self._aliases if alias["photo_id"] in known]
        there = {str(one["old_id"]) for one in left}
        if not self._filled:
            photos = [one for photo_id, one in self._merged.items() if photo_id in there]
            self._insert(insert(PHOTOS), photos)
            self._insert(insert(PHOTO_ALIASES), left)
            self._insert_keys(self._late_keys)
            for table in BY_TIME:
                self._insert(insert(table), _distinct(table, rows.get(table.name, ())))
                count_on(table, self._connection)
            RegistrySession(self._connection, self._now).renew()
        return sorted(self._merged.keys() - there)

    def _flush(self) -> None:
        if not self._filled:
            self._insert(insert(PHOTOS), self._photos)
            self._insert_keys(self._keys)
        self._photos, self._keys = [], []

    def _insert_keys(self, keys: list[Row]) -> None:
        made: Any = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        self._insert(made.insert(PHOTO_KEYS).on_conflict_do_nothing(), keys)

    def _insert(self, statement: Insert, rows: list[Row]) -> None:
        if rows:
            self._connection.execute(statement, rows)

    def _known(self, photo_ids: set[str]) -> set[str]:
        found: set[str] = set()
        wanted = sorted(photo_ids)
        for start in range(0, len(wanted), _LOOKED_UP):
            some = wanted[start : start + _LOOKED_UP]
            query = select(PHOTOS.c.photo_id).where(PHOTOS.c.photo_id.in_(some))
            found.update(self._connection.scalars(query))
        return found


def _sign(commit: str) -> str:
    return commit[:32]  # as wide as the column


def _restored(connection: Connection) -> str | None:
    """Return the sign of the commit from which a ledger was filled, None if it was not."""
    c = REGISTRY_REVISION.c
    return connection.scalar(select(c.revision).where(c.part == _PART))


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _distinct(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Return the rows that can be stored together, oldest first."""
    keys = [str(one.name) for one in table.primary_key.columns]
    ordered = sorted(rows, key=lambda row: (str(row["at"]), *(row[name] for name in keys)))
    if table.autoincrement_column is not None:
        return _numbered(keys[0], ordered)
    found: dict[Any, Row] = {}
    for row in ordered:
        found.setdefault(tuple(row[name] for name in keys), row)
    return list(found.values())


def _numbered(number: str, ordered: Sequence[Row]) -> list[Row]:
    """Return each row once, with different numbers.

    A ledger that was once lost began to count anew: of two rows with one number, the later one gets
    the next free number, and what was later said to supersede or revoke that number is said of this
    row. If one was superseded already, as in a ledger put back from a backup, the last of the rows
    that supersede each other is.
    """
    earlier = next((name for name in _EARLIER if name in ordered[0]), "") if ordered else ""
    free = itertools.count(1 + max((row[number] for row in ordered), default=0))
    here: dict[Any, int] = {}  # a number in the history -> that of the last row with it, here
    taken: dict[Any, int] = {}
    superseded: dict[Any, int] = {}  # a number here -> that of the row that supersedes it
    found: list[Row] = []
    for row in ordered:
        content = tuple((name, row[name]) for name in sorted(row) if name not in (number, earlier))
        if content in taken:  # written twice: before and after an earlier restore
            here[row[number]] = taken[content]
            continue
        last = here.get(row.get(earlier))
        while last in superseded:
            last = superseded[last]
        here[row[number]] = next(free) if row[number] in here else row[number]
        taken[content] = here[row[number]]
        if last is not None:
            superseded[last] = here[row[number]]
        known = {earlier: last} if earlier in row else {}
        found.append({**row, **known, number: here[row[number]]})
    return found
