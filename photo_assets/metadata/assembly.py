"""Assembling the statements of a chunk in the order in which the rule `first` prefers them.

A statement is one row: everything one item states about its photo, an additional statement of the
item, or everything in one file's EXIF. Trashed items come last; then source order decides, then the
master, then the key, so the result does not depend on the order of catalogs, files or rows. An
item's additional statements follow it.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata.fields import SET_NAMES
from photo_assets.metadata.origins import Origins
from photo_assets.metadata.staging_sql import (
    EXIF_COLUMNS,
    FURTHER_COLUMNS,
    ITEM_ONLY,
    SIZE,
    VALUE_COLUMNS,
)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_OF_ITEM = ("p", "native_id", "is_master", "availability", "month")
_BY_ITEM_ALONE = (*ITEM_ONLY, *SET_NAMES)
_STATED = ("stated_at", *SIZE, *VALUE_COLUMNS)
_BY_FURTHER = frozenset({"stated_at", *FURTHER_COLUMNS})
_BY_FILE = frozenset({*SIZE, *EXIF_COLUMNS})


def assemble(
    items: pa.Table, further: pa.Table, files: pa.Table, source_order: Sequence[str]
) -> pa.Table:
    """Return the statements of a chunk from its rows of the three joins of `staging_sql`."""
    items = _one_row_a_member(items)
    origins = Origins.of(items, source_order)
    item = _item_of_each(files, items)
    said_once = _first_of_each_record(files, items, item, origins)
    files, item = files.take(pa.array(said_once)), item[said_once]

    item = np.concatenate([np.arange(items.num_rows), _item_of_each(further, items), item])
    catalogs = items.num_rows + further.num_rows
    origin = origins.of_item[item]
    origin[catalogs:] += origins.catalogs
    record = np.concatenate(
        [
            np.zeros(items.num_rows, np.uint64),
            further["place"].to_numpy(),
            files["record"].to_numpy(),
        ]
    )
    trashed, master = _trashed(items), _bools(items["is_master"])
    order = np.lexsort(
        (
            record,
            _ints(items["number"])[item],
            origins.position[origin],
            ~master[item],
            origins.rank[origin],
            trashed[item],
            _ints(items["p"])[item],
        )
    )
    return _table((items, further, files), origins, item[order], origin[order], order)


def _table(
    stated: tuple[pa.Table, pa.Table, pa.Table],
    origins: Origins,
    item: Ints,
    origin: Ints,
    order: Ints,
) -> pa.Table:
    """Return the statements; each has an `item`, a `origin` that states it, and a row `order`.

    Rows are numbered through `stated`: items, their additional statements, and files.
    """
    items, further, files = stated
    by_file = order >= items.num_rows + further.num_rows
    by_item = order < items.num_rows
    carrier, who, row = pa.array(item), pa.array(origin), pa.array(order)
    own_row = pa.array(order, mask=~by_item)
    columns = {name: items[name].take(carrier) for name in _OF_ITEM}
    columns |= {name: getattr(origins, name).take(who) for name in ("source", "catalog", "carrier")}
    columns["exif"] = pa.array(by_file)
    columns["further"] = pa.array(~by_file & ~by_item)
    for name in _BY_ITEM_ALONE:
        columns[name] = items[name].take(own_row)
    for name in _STATED:
        kind = items.schema.field(name).type
        sources = (
            items[name],
            further[name] if name in _BY_FURTHER else pa.nulls(further.num_rows, kind),
            files[name] if name in _BY_FILE else pa.nulls(files.num_rows, kind),
        )
        columns[name] = _joined(sources, kind).take(row)
    return pa.table(columns)


def _joined(columns: Sequence[pa.ChunkedArray | pa.Array], kind: pa.DataType) -> pa.Array:
    arrays = [c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in columns]
    return pa.concat_arrays([array.cast(kind) for array in arrays])


def _one_row_a_member(items: pa.Table) -> pa.Table:
    """Return the items without repeated rows.

    An item that moved to another month is in both until the old month is written again.
    """
    number = _ints(items["number"])
    if not len(number) or number.max() - number.min() + 1 == len(number):
        return items
    latest_first = [(name, "descending") for name in ("in_its_month", "stated_at", "month")]
    order = pc.sort_indices(items, [("number", "ascending"), *latest_first]).to_numpy()
    fresh = np.diff(number[order], prepend=-1) != 0
    return items.take(pa.array(order[fresh]))


def _item_of_each(files: pa.Table, items: pa.Table) -> Ints:
    """Return the row in `items` of each file's item."""
    number = _ints(items["number"])
    first = number.min(initial=np.iinfo(np.int64).max)
    row = np.empty(len(number), dtype=np.int64)
    row[number - first] = np.arange(len(number))
    found: Ints = row[_ints(files["number"]) - first]
    return found


def _first_of_each_record(files: pa.Table, items: pa.Table, item: Ints, origins: Origins) -> Ints:
    """Return one file per distinct record of a photo: files with equal EXIF count once.

    A file outside the trash is preferred; then the master's; then by key.
    """
    record = files["record"].to_numpy()
    p, number = _ints(items["p"])[item], _ints(items["number"])[item]
    trashed, master = _trashed(items)[item], _bools(items["is_master"])[item]
    order = np.lexsort((number, ~master, trashed, record, p))
    fresh = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = (np.diff(p[order]) != 0) | (record[order][1:] != record[order][:-1])
    return order[fresh]


def _trashed(items: pa.Table) -> Bools:
    return _bools(pc.equal(items["availability"], "trashed"))


def _ints(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.to_numpy(), dtype=np.int64)


def _bools(column: pa.ChunkedArray) -> Bools:
    return np.asarray(column.to_numpy(), dtype=np.bool_)
