"""Reading a whole history back: every record and every row, whatever state each file is in.

A damaged file costs what it states, and is named; a disk that cannot be read ends the reading. What
is made of what was read is the caller's.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Table
from sqlalchemy.types import Integer

from photo_assets.configuration.catalogs import CatalogName
from photo_assets.ledger.keeping import BY_TIME
from photo_assets.model.errors import StorageError
from photo_assets.vault.history.log import commits
from photo_assets.vault.history.record_form import is_record
from photo_assets.vault.history.record_rows import RecordRows, rows_of
from photo_assets.vault.history.records import PHOTOS, RECORD_VERSION, photo_id_of
from photo_assets.vault.history.repository import DamagedHistoryError, HistoryRepository
from photo_assets.vault.history.trees import (
    Entries,
    Path,
    entries_of,
    file_in,
    tree_in,
)

_CATALOG_NAME: Final = TypeAdapter(CatalogName)
_NO_ROW: Final = "it is no row of that table"
_LATER: Final = {"decisions": {"batch": None, "made_by": "person"}}
"""By table, the columns that rows of earlier versions lack, with what they mean there."""
_WRONG: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)


@dataclass(frozen=True, slots=True)
class Fault:
    """A file of the history that was not restored, or a line of one. `why`: a clause."""

    path: str
    why: str


class HistoryReader:
    """The files of the last commit of a history. Raises `StorageError` where there is none.

    `sources`: the kinds of catalogs that this program knows.
    """

    def __init__(self, repository: HistoryRepository, sources: Collection[str]) -> None:
        self.repository = repository
        self._sources = frozenset(sources)
        head = repository.head()
        if head is None:
            raise StorageError(
                f"{repository.folder} holds no history: it has no branch `main`.",
                hint="Name the folder or the address of a history, or of a clone of it.",
            )
        self.commit = head.decode()
        self.committed_at = datetime.fromtimestamp(next(commits(repository)).seconds, UTC)
        self._root = entries_of(repository.tree(repository.tree_of(head) or b""))
        if PHOTOS not in self._root or b"schemas" not in self._root:
            raise StorageError(f"{repository.folder} is a git repository, but not a history.")

    def file(self, name: bytes) -> bytes | None:
        """Return the content of a file beside the folders. Raises `StorageError`."""
        blob = file_in(self._root, name)
        return self.repository.blob(blob) if blob else None

    def records(self) -> Iterator[RecordRows | Fault]:
        """Yield what each record states, by photo id; a damaged folder is one fault.

        Raises `StorageError` if the repository cannot be read.
        """
        for path, content in self._files(self._root, PHOTOS):
            name = b"/".join(path).decode(errors="replace")
            if isinstance(content, DamagedHistoryError):
                yield Fault(name, content.message)
            elif (photo_id := photo_id_of(path)) is not None:
                try:
                    yield self._stated(content, photo_id)
                except _WRONG as error:
                    yield Fault(name, f"it is no record of a photo: {error}")

    def ledger_rows(self) -> Iterator[tuple[str, dict[str, Any]] | Fault]:
        """Yield the rows of `BY_TIME` with the names of their tables. Raises as `records`."""
        tables = {table.name.encode(): table for table in BY_TIME}
        for path, content in self._files(self._root, b"ledger"):
            name = b"/".join(path).decode(errors="replace")
            if isinstance(content, DamagedHistoryError):
                yield Fault(name, content.message)
            elif len(path) > 2 and (table := tables.get(path[1])) is not None:
                for number, line in enumerate(content.splitlines(), 1):
                    row = _row(table, line)
                    yield Fault(f"{name}:{number}", _NO_ROW) if row is None else (table.name, row)

    def _stated(self, content: bytes, photo_id: str) -> RecordRows:
        """Return what a record states. Raises one of `_WRONG`."""
        record = orjson.loads(content)
        if not is_record(record):
            raise ValueError("it has another form")
        if not record["schema_version"] <= RECORD_VERSION:
            raise ValueError("a newer version of this program wrote it")
        found = rows_of(record, photo_id)
        for item in found.items:
            if item["source"] not in self._sources:
                raise ValueError("this program knows no such source")
            if not _is_catalog_name(item["catalog"]):
                raise ValueError("no catalog can have that name")
        return found

    def _files(
        self, entries: Entries, name: bytes, above: Path = ()
    ) -> Iterator[tuple[Path, bytes | DamagedHistoryError]]:
        """Yield the files of a name or below it with their contents, or how they are damaged."""
        path, blob, tree = (*above, name), file_in(entries, name), tree_in(entries, name)
        try:
            if blob is not None:
                yield path, self.repository.blob(blob)
            inner = entries_of(self.repository.tree(tree)) if tree else {}
        except DamagedHistoryError as error:
            yield path, error
            return
        for one in inner:
            yield from self._files(inner, one, path)


def _is_catalog_name(name: str) -> bool:
    """Return whether a text can be a catalog's key in photosync.yaml, and so name its folder."""
    try:
        _CATALOG_NAME.validate_python(name)
    except ValidationError:
        return False
    return True


def _row(table: Table, line: bytes) -> dict[str, Any] | None:
    """Return the row of a line, None if the table cannot hold it."""
    try:
        row = orjson.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict):
        return None
    row = {**_LATER.get(table.name, {}), **row}
    if row.keys() != {str(one.name) for one in table.columns}:
        return None
    for column in table.columns:
        value = row[column.name]
        fits = isinstance(value, int if isinstance(column.type, Integer) else str)
        if not (fits or (value is None and column.nullable)):
            return None
    return row
