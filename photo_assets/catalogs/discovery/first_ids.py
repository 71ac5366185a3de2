"""First ids: permanent ids of entries in catalogs whose native ids are paths.

The first id of an entry is the native id of its file when it was first listed. If another entry
already has that first id, a number is added: "a.jpg#2" is the second file that was first listed as
"a.jpg". It never changes when files are moved or renamed, so `identity` finds an entry's photo by
its first id alone. A row whose first id differs from its native id states it as a link.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.model.rows import changed_rows
from photo_assets.model.vocabulary import LinkKind


def assign_first_ids(
    kept: Mapping[str, str], newcomers: Iterable[str], taken: Iterable[str]
) -> dict[str, str]:
    """Return native id -> first id of the entries where the two differ.

    `kept` are the previously known entries: current native id -> first id; `newcomers` are the new
    ones. `taken`: first ids of entries that moved in earlier scans.
    """
    used = {*taken, *kept.values()}
    found = dict(kept)
    for native_id in sorted(newcomers):
        first_id, number = native_id, 2
        while first_id in used:
            first_id, number = f"{native_id}#{number}", number + 1
        found[native_id] = first_id
        used.add(first_id)
    return {native_id: first_id for native_id, first_id in found.items() if first_id != native_id}


def is_moved(native_id: str, first_id: str | None) -> bool:
    """Return whether the entry's file was first listed at another path."""
    return first_id is not None and not first_id.startswith(f"{native_id}#")


def first_ids_of(rows: pa.Table) -> pa.Array:
    """Return the first id of each row, null where it is the native id."""
    links = rows["links"].combine_chunks()
    listed_links = pc.list_flatten(links)
    chosen = pc.equal(pc.struct_field(listed_links, "kind"), LinkKind.FIRST_ID.value)
    found = np.full(rows.num_rows, None, dtype=object)
    at = pc.list_parent_indices(links).filter(chosen).to_numpy()
    found[at] = (
        pc.struct_field(listed_links, "target").filter(chosen).to_numpy(zero_copy_only=False)
    )
    return pa.array(found, pa.string())


def with_first_ids(rows: pa.Table, first_ids: Mapping[str, str]) -> pa.Table:
    """Return rows from a reader with the first ids added, which the reader does not know."""
    ids = rows["native_id"].to_pylist()
    concerned = pa.array([native_id in first_ids for native_id in ids], pa.bool_())
    if not pc.any(concerned).as_py():
        return rows

    def with_first_id(row: dict[str, Any]) -> dict[str, Any]:
        link = {"kind": LinkKind.FIRST_ID, "target": first_ids[row["native_id"]], "detail": None}
        return {"links": [*(row["links"] or ()), link]}

    stays = rows.filter(pc.invert(concerned))
    return pa.concat_tables([stays, changed_rows(rows.filter(concerned), with_first_id)])
