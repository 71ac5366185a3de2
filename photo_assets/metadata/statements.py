"""One chunk's statements as arrays: photo, origin and values, row by row.

Rows are grouped by photo and ordered by the preference of `first` (see `assembly`).
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata.fields import ExifRole, Fact
from photo_assets.metadata.staging import Chunk
from photo_assets.model.tables import UNIFIED
from photo_assets.model.vocabulary import CaptureKind

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


# Functions, since Arrow imports pandas for its first array of Python values, which would cost every
# import of this module.
@cache
def guesses() -> pa.Array:
    """Return the kinds of capture time that are guesses."""
    return pa.array([kind.value for kind in CaptureKind if kind.is_guess])


@cache
def instants() -> pa.Array:
    """Return the kinds of capture time that name an instant, whatever the time zone."""
    return pa.array([kind.value for kind in CaptureKind if kind.is_instant])


NO_ROW = -1
"""In place of a row number: the fact is not stated."""


@dataclass(frozen=True)
class Statements:
    """All statements about the photos of a chunk."""

    table: pa.Table
    photo_count: int
    photo: Ints  # row -> index of its photo in the chunk
    trashed: Bools
    exif: Bools
    further: Bools  # additional statements of an item
    master: Bools
    _columns: dict[str, pa.Array] = field(default_factory=dict, compare=False)
    _codes: dict[str, Ints] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, chunk: Chunk) -> "Statements":
        """Return the arrays of a staged chunk."""
        table = chunk.statements
        first = chunk.photos["p"][0].as_py()
        return cls(
            table=table,
            photo_count=chunk.photos.num_rows,
            photo=table["p"].to_numpy().astype(np.int64) - first,
            trashed=_bools(pc.equal(table["availability"], "trashed")),
            exif=_bools(table["exif"]),
            further=_bools(table["further"]),
            master=_bools(table["is_master"]),
        )

    def __len__(self) -> int:
        return len(self.photo)

    @property
    def items(self) -> Bools:
        """Which rows are items themselves: every member of a photo has one such row."""
        return ~self.exif & ~self.further

    @property
    def carriers(self) -> Ints:
        """The item's row for each additional statement, otherwise the row itself."""
        rows = np.arange(len(self), dtype=np.int64)
        carriers: Ints = np.maximum.accumulate(np.where(self.further, 0, rows))
        return carriers

    def column(self, name: str) -> pa.Array:
        """Return a column; text without any visible character counts as not stated."""
        if name not in self._columns:
            column = self.table[name].combine_chunks()
            if name in UNIFIED.schema.names and pa.types.is_primitive(column.type):
                column = column.cast(UNIFIED.schema.field(name).type, safe=False)
            if pa.types.is_string(column.type):
                visible = pc.not_equal(pc.utf8_trim_whitespace(column), "")
                column = pc.if_else(visible, column, pa.scalar(None, pa.string()))
            self._columns[name] = column
        return self._columns[name]

    def codes(self, fact: Fact) -> Ints:
        """Return a number for each row: equal numbers mean byte-identical statements.

        Rows that do not state the fact have `NO_ROW`.
        """
        if fact.name not in self._codes:
            leading = codes_of(self.column(fact.columns[0]))
            stated = leading != NO_ROW
            combined = leading
            for name in fact.columns[1:]:
                other = codes_of(self.column(name)) + 1
                combined = combined * (int(other.max(initial=0)) + 1) + other
            self._codes[fact.name] = np.where(stated, combined, NO_ROW)
        return self._codes[fact.name]

    def strong(self, fact: Fact) -> Bools:
        """Return which rows may win and disagree; the others only fill a fact not stated elsewhere.

        Trashed items, EXIF where cameras write defaults, and guessed capture times are not strong.
        The visibility of trashed items still counts: a private copy stays private in the trash.
        """
        strong = np.ones_like(self.trashed) if fact.in_trash_too else ~self.trashed
        strong = strong & ~self.guessed(fact)
        return strong & ~self.exif if fact.exif is ExifRole.FILLS else strong

    def guessed(self, fact: Fact) -> Bools:
        """Return which rows only guess the fact (guessed capture times)."""
        if fact.name != "capture_time":
            return np.zeros(len(self), dtype=np.bool_)
        return is_any(self.column("capture_kind"), guesses())

    def guesses(self, fact: Fact) -> list[Bools]:
        """Return the rows that guess the fact, by kind, the most reliable kind first."""
        if not self.guessed(fact).any():
            return []
        kinds = self.column("capture_kind")
        return [is_any(kinds, guesses().slice(n, 1)) for n in range(len(guesses()))]


def is_any(column: pa.Array, words: pa.Array) -> Bools:
    """Return which rows contain one of `words`."""
    found = pc.is_in(column, value_set=words)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def codes_of(column: pa.Array) -> Ints:
    """Return one number for each distinct value, `NO_ROW` for null."""
    encoded = column.dictionary_encode().indices
    codes: Ints = pc.fill_null(encoded, NO_ROW).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def first_of_each(photos: Ints, rows: Ints, photo_count: int) -> Ints:
    """Return for each photo the first of `rows`, or `NO_ROW`.

    `photos` is the photo of each of `rows`, grouped.
    """
    winner = np.full(photo_count, NO_ROW, dtype=np.int64)
    if len(rows):
        starts = np.flatnonzero(np.diff(photos, prepend=-1))
        winner[photos[starts]] = rows[starts]
    return winner


def _bools(column: pa.ChunkedArray) -> Bools:
    return np.asarray(column.to_numpy(), dtype=np.bool_)
