"""From numpy arrays to Arrow columns: text, digests, lists. Knows no catalog."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets_tests.bench.lake.draws import Bools, Bytes, Floats, Ints, Words

_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
_UUID_PARTS = (0, 8, 12, 16, 20, 32)


def digests(octets: Bytes) -> pa.Array:
    """Return a matrix of bytes as fixed-size binary values."""
    count, width = octets.shape
    data = pa.py_buffer(np.ascontiguousarray(octets))
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), count, [None, data])


def hexadecimal(octets: Bytes) -> pa.Array:
    """Return a matrix of bytes as lower-case hexadecimal text."""
    return _fixed_text(_hex_digits(octets))


def uuids(octets: Bytes) -> pa.Array:
    """Return 16 bytes a row as text in the form of a UUID."""
    digits = _hex_digits(octets)
    dash = np.full((len(digits), 1), ord("-"), np.uint8)
    parts = [digits[:, a:b] for a, b in pairwise(_UUID_PARTS)]
    columns = [parts[0], *(column for part in parts[1:] for column in (dash, part))]
    return _fixed_text(np.concatenate(columns, axis=1))


def numbered(numbers: Ints, width: int = 0) -> pa.Array:
    """Return integers as decimal text, filled up with zeros to `width`."""
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")


def decimals(numbers: Floats, places: int) -> pa.Array:
    """Return numbers rounded to `places` as their shortest decimal text."""
    return pa.array(np.round(numbers, places)).cast(pa.string())


def joined(*parts: pa.Array | str) -> pa.Array:
    """Return texts put together row by row; a null part makes the row null."""
    return pc.binary_join_element_wise(*parts, "")


def words(vocabulary: Sequence[str] | pa.Array, numbers: Ints) -> pa.Array:
    """Return the word of each number."""
    known = vocabulary if isinstance(vocabulary, pa.Array) else pa.array(vocabulary, pa.string())
    return known.take(pa.array(numbers))


def where(stated: Bools, values: pa.Array | str) -> pa.Array:
    """Return `values` where `stated`, else null."""
    column = pa.scalar(values) if isinstance(values, str) else values
    return pc.if_else(pa.array(stated), column, pa.scalar(None, column.type))


def either(condition: Bools, yes: pa.Array | str, no: pa.Array | str) -> pa.Array:
    """Return `yes` where the condition holds, else `no`."""
    return pc.if_else(pa.array(condition), yes, no)


def moments(microseconds: Ints, kind: pa.DataType) -> pa.Array:
    """Return microseconds since 1970 as timestamps."""
    return pa.array(microseconds).cast(kind)


def lists(rows: Ints, values: pa.Array, count: int) -> pa.Array:
    """Return `count` lists: value k belongs to the list of row `rows[k]`, in the order given."""
    order = np.argsort(rows, kind="stable")
    offsets = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(rows, minlength=count), out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), values.take(pa.array(order)))


def several(counts: Ints) -> tuple[Ints, Ints]:
    """Return, for rows with so many values each, the row and the place of every value."""
    rows = np.repeat(np.arange(len(counts)), counts)
    places = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rows, places


def structs(kind: pa.StructType, count: int, /, **columns: pa.Array) -> pa.Array:
    """Return structs of the given columns; a field that is not given is null."""
    arrays = [columns.get(field.name, pa.nulls(count, field.type)) for field in kind]
    fields = [array.cast(field.type) for array, field in zip(arrays, kind, strict=True)]
    return pa.StructArray.from_arrays(fields, fields=list(kind))


def table(schema: pa.Schema, count: int, columns: dict[str, pa.Array | str]) -> pa.Table:
    """Return a table of `schema`; a plain word fills its column, what is not given is null."""
    arrays = []
    for field in schema:
        column = columns.get(field.name)
        if column is None:
            column = pa.nulls(count, field.type)
        elif isinstance(column, str):
            column = pa.repeat(pa.scalar(column), count)
        arrays.append(column.cast(field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def scattered(octets: Words) -> pa.Array:
    """Return 64-bit words as an unsigned column."""
    return pa.array(octets, pa.uint64())


def _hex_digits(octets: Bytes) -> Bytes:
    pairs = np.stack([_DIGITS[octets >> 4], _DIGITS[octets & 15]], axis=2)
    return pairs.reshape(len(octets), octets.shape[1] * 2)


def _fixed_text(letters: Bytes) -> pa.Array:
    count, width = letters.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32) if width else None
    data = pa.py_buffer(np.ascontiguousarray(letters))
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), data)
