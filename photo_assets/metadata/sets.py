"""Facts merged as a union: keywords, people and albums. Every name is kept, in a stable order.

Also collects what decides whether a name may be disclosed: keywords marked by their catalogs, and
people guessed by programs.

A flat keyword that is the leaf of another catalog's path ("Berlin" beside "Places|Berlin") is the
same keyword without its parents: the path represents it, and the item remains in the provenance.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata.statements import Bools, Ints, Statements, codes_of

UNION = "union"
SUBSUMED = "union: flat keyword is the leaf of a path"
GUESS = "not shown: unconfirmed guess"

_LEVEL = "\x00"  # between the levels of a path; clean text has no NUL
_ALBUM_LEVEL = " / "


@dataclass(frozen=True)
class MergedSet:
    """The union column of a chunk, and the contributing rows, each with its index in `rules`."""

    column: pa.Array
    rows: Ints
    rules: tuple[str, ...]
    rule: Ints


@dataclass(frozen=True)
class _Names:
    """Names stated by rows: the arrays `row` and `text` (in NFC) belong together."""

    row: Ints
    text: pa.Array

    @classmethod
    def of(cls, row: Ints, text: pa.Array) -> "_Names":
        text = pc.utf8_normalize(text, form="NFC")
        visible = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(text), ""), False)
        return cls(row[_bools(visible)], text.filter(visible))

    def where(self, mask: Bools) -> "_Names":
        return _Names(self.row[mask], self.text.filter(pa.array(mask)))


def merge_keywords(statements: Statements) -> MergedSet:
    """Return the keyword paths of every photo, ordered by path."""
    row, entries = _entries(statements, "keywords")
    names = _Names.of(row, pc.binary_join(pc.struct_field(entries, "path"), _LEVEL))
    subsumed = _subsumed(statements, names)
    kept = names.where(~subsumed)
    offsets, text = _distinct(statements, kept)
    paths = pc.split_pattern(text, _LEVEL)
    column = pa.ListArray.from_arrays(offsets, paths)
    rows = np.unique(names.row)
    with_subsumed = np.isin(rows, names.row[subsumed])
    return MergedSet(column, rows, (UNION, SUBSUMED), with_subsumed.astype(np.int64))


def merge_people(statements: Statements) -> MergedSet:
    """Return the names in every photo: people, and keywords that are people.

    A program's unconfirmed guess is not a statement: it remains in its item, which the provenance
    lists.
    """
    row, entries = _entries(statements, "people")
    guess = _true(entries, "confirmed", value=False)
    people = _Names.of(row[~guess], pc.struct_field(entries, "name").filter(pa.array(~guess)))
    keyword_row, keywords = _entries(statements, "keywords")
    named = _true(keywords, "person")
    # List elements are taken from the end: the leaf is the person.
    paths = pc.struct_field(keywords, "path").filter(pa.array(named))
    leaves = _leaf(pc.binary_join(paths, _LEVEL))
    both = _Names.of(
        np.concatenate([people.row, keyword_row[named]]),
        pa.concat_arrays([people.text, leaves]),
    )
    column = _column(statements, both)
    rows = np.unique(both.row)
    guessed = np.setdiff1d(row[guess], rows)
    rule = np.repeat([0, 1], [len(rows), len(guessed)])
    return MergedSet(column, np.concatenate([rows, guessed]), (UNION, GUESS), rule)


def guessed_people(statements: Statements) -> pa.Array:
    """Return the unconfirmed guesses of programs for every photo."""
    row, entries = _entries(statements, "people")
    guess = _true(entries, "confirmed", value=False)
    names = pc.struct_field(entries, "name").filter(pa.array(guess))
    return _column(statements, _Names.of(row[guess], names))


def marked_keywords(statements: Statements) -> pa.Array:
    """Return each photo's keywords that are people or excluded, partly or entirely, from exports.

    With the marks of each catalog, equal ones once, ordered by path.
    """
    row, entries = _entries(statements, "keywords")
    marked = _true(entries, "person") | _true(entries, "private")
    marked |= _bools(pc.greater(pc.fill_null(pc.struct_field(entries, "exported_from"), 0), 0))
    row, entries = row[marked], entries.filter(pa.array(marked))
    words, rank = _ranked(_spelled(entries))
    _, chosen = np.unique(statements.photo[row] * max(len(words), 1) + rank, return_index=True)
    row, entries = row[chosen], entries.take(pa.array(chosen))
    offsets = np.searchsorted(statements.photo[row], np.arange(statements.photo_count + 1))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), entries)


def merge_albums(statements: Statements) -> MergedSet:
    """Return the album paths of every photo, folders and collections included."""
    row, entries = _entries(statements, "albums")
    names = _Names.of(row, pc.binary_join(pc.struct_field(entries, "path"), _ALBUM_LEVEL))
    rows = np.unique(names.row)
    return MergedSet(_column(statements, names), rows, (UNION,), np.zeros_like(rows))


def _entries(statements: Statements, name: str) -> tuple[Ints, pa.StructArray]:
    column = statements.table[name].combine_chunks()
    return pc.list_parent_indices(column).to_numpy().astype(np.int64), column.flatten()


def _true(entries: pa.StructArray, field: str, *, value: bool = True) -> Bools:
    return _bools(pc.fill_null(pc.equal(pc.struct_field(entries, field), value), False))


def _spelled(entries: pa.StructArray) -> pa.Array:
    """Return each entry with all its fields as one text."""
    fields = entries.type
    parts = []
    for position in range(fields.num_fields):
        part = pc.struct_field(entries, fields.field(position).name)
        if pa.types.is_list(part.type):
            part = pc.binary_join(part, _LEVEL)
        parts.append(pc.fill_null(part.cast(pa.string()), ""))
    return pc.binary_join_element_wise(*parts, _LEVEL * 2)


def _column(statements: Statements, names: _Names) -> pa.Array:
    offsets, text = _distinct(statements, names)
    return pa.ListArray.from_arrays(offsets, text)


def _distinct(statements: Statements, names: _Names) -> tuple[pa.Array, pa.Array]:
    """Return list offsets per photo and the distinct names, each photo's in code point order."""
    words, rank = _ranked(names.text)
    width = max(len(words), 1)
    pairs = np.unique(statements.photo[names.row] * width + rank)
    offsets = np.searchsorted(pairs // width, np.arange(statements.photo_count + 1))
    return pa.array(offsets, pa.int32()), words.take(pa.array(pairs % width))


def _ranked(text: pa.Array) -> tuple[pa.Array, Ints]:
    """Return the distinct texts in code point order, and the rank of each text."""
    encoded = text.dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    indices = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return encoded.dictionary.take(pa.array(order)), rank[indices]


def _subsumed(statements: Statements, names: _Names) -> Bools:
    """Return which names are flat and, on the same photo, the leaf of another catalog's path."""
    deep = _bools(pc.match_substring(names.text, _LEVEL))
    none = np.zeros(len(names.row), dtype=np.bool_)
    if not deep.any() or deep.all():
        return none
    leaf = codes_of(_leaf(names.text))
    group = statements.photo[names.row] * (int(leaf.max()) + 1) + leaf
    _, group = np.unique(group, return_inverse=True)
    catalog = codes_of(statements.table["carrier"].combine_chunks())[names.row]
    low = np.full(int(group.max()) + 1, np.iinfo(np.int64).max)
    high = np.full(len(low), -1)
    np.minimum.at(low, group[deep], catalog[deep])
    np.maximum.at(high, group[deep], catalog[deep])
    has_path = high[group] >= 0
    elsewhere = (low[group] != catalog) | (high[group] != catalog)
    subsumed: Bools = ~deep & has_path & elsewhere
    return subsumed


def _leaf(joined: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(joined, "(?s)^.*\\x00", "")


def _bools(array: pa.Array) -> Bools:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.bool_)


def list_catalogs(statements: Statements) -> pa.Array:
    """Return the source/catalog of every photo's items."""
    rows = np.flatnonzero(statements.items)
    carrier = statements.table["carrier"].combine_chunks()
    return _column(statements, _Names(rows, carrier.take(pa.array(rows))))
