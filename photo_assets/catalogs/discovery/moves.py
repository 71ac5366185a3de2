"""Finding files that moved within a catalog, from the rows of the last scan and of this one.

For catalogs whose native ids are paths. The rules are in `pairing`, the ids of moved entries in
`first_ids`. The cost depends on the number of newly read rows; no file is opened.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.discovery.contradictions import COMPARED, contradict
from photo_assets.catalogs.discovery.first_ids import assign_first_ids
from photo_assets.catalogs.discovery.pairing import File, pair
from photo_assets.catalogs.discovery.previous import PreviousItems
from photo_assets.model.vocabulary import GONE

RowsOf = Callable[[str], pa.Table]
"""month -> its rows, with `COMPARED` among their columns."""


@dataclass(frozen=True, slots=True)
class Moves:
    """`before`: native id of a newly read row -> native id of its file in the last scan.

    `first_ids`: native id of a newly read row -> its first id, where the two differ.
    """

    before: Mapping[str, File] = field(default_factory=dict)
    first_ids: Mapping[str, str] = field(default_factory=dict)


def find_moves(
    previous: PreviousItems,
    in_play: pa.Table,
    fresh: pa.Table,
    lost: Collection[str],
    rows: tuple[RowsOf, RowsOf],
) -> Moves:
    """Return the moves.

    `in_play` and `fresh` (columns of `memory.ROWS`) are the rows of the last scan in branches that
    were read, and the newly read rows. `lost`: ids of the former that were not found. `rows` return
    the rows of the last scan and of this one.
    """
    if not fresh.num_rows or not previous.rows.num_rows:
        return Moves()
    before = in_play.take(pc.index_in(fresh["native_id"], in_play["native_id"].combine_chunks()))
    same = pc.and_(_equal(fresh, before, "file_size"), _equal(fresh, before, "file_mtime_ns"))
    renumbered = pc.and_(same, pc.invert(_equal(fresh, before, "file_inode")))
    # FAT and some network shares assign new inode numbers at each mount.
    inodes_last = 2 * (pc.sum(renumbered).as_py() or 0) <= in_play.num_rows - len(lost)
    changed = pc.invert(same)
    ids = fresh["native_id"].filter(changed).to_pylist()
    was_there = dict(zip(ids, before["native_id"].filter(changed).to_pylist(), strict=True))
    come = _files(fresh.filter(changed), inodes_last=inodes_last)

    def is_gone(native_id: str, token: str | None) -> bool:
        if native_id in previous.tokens:
            return native_id in lost or was_there.get(native_id) is not None
        return token == GONE

    near = _in_states_of(come, previous.rows)
    candidates = _files(near, inodes_last=inodes_last)
    gone = [
        file
        for file, token in zip(candidates, near["change_token"].to_pylist(), strict=True)
        if is_gone(file.native_id, token)
    ]
    found = _agreeing(pair(gone, come, candidates), rows)
    left = {old.native_id for old in found.values()}
    newcomers = [i for i, was in was_there.items() if i not in found and (not was or i in left)]
    return Moves(found, _first_ids(previous.rows, before, found, newcomers))


def _equal(one: pa.Table, other: pa.Table, column: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(one[column], other[column]), False)


def _files(rows: pa.Table, *, inodes_last: bool) -> list[File]:
    """Return the files of rows with a size and time."""
    stated = pc.and_(pc.is_valid(rows["file_size"]), pc.is_valid(rows["file_mtime_ns"]))
    rows = rows.filter(stated)
    names = ("native_id", "month", "file_size", "file_mtime_ns")
    inodes = [(inode or 0) * inodes_last for inode in rows["file_inode"].to_pylist()]
    columns = [rows[name].to_pylist() for name in names]
    return [File(*values) for values in zip(*columns, inodes, strict=True)]


def _in_states_of(files: Collection[File], known: pa.Table) -> pa.Table:
    sizes = pa.array({file.size for file in files}, pa.int64())
    times = pa.array({file.mtime_ns for file in files}, pa.int64())
    near = known.filter(pc.is_in(known["file_size"], sizes))
    return near.filter(pc.is_in(near["file_mtime_ns"], times))


def _agreeing(pairs: Mapping[File, File], rows: tuple[RowsOf, RowsOf]) -> dict[str, File]:
    """Return the pairs whose rows do not contradict each other."""
    by_months = defaultdict(list)
    for new, old in pairs.items():
        by_months[old.month, new.month].append((new, old))
    found: dict[str, File] = {}
    for months, some in sorted(by_months.items()):
        before, now = (
            _taken(rows_of(month), [pair[side].native_id for pair in some])
            for rows_of, month, side in zip(rows, months, (1, 0), strict=True)
        )
        wrong = contradict(before, now).to_pylist()
        found.update(
            (new.native_id, old)
            for (new, old), is_wrong in zip(some, wrong, strict=True)
            if not is_wrong
        )
    return found


def _taken(rows: pa.Table, ids: list[str]) -> pa.Table:
    at = pc.index_in(pa.array(ids, pa.string()), rows["native_id"].combine_chunks())
    return rows.select(COMPARED).take(at)


def _first_ids(
    known: pa.Table, before: pa.Table, found: Mapping[str, File], newcomers: Collection[str]
) -> dict[str, str]:
    left = pa.array({old.native_id for old in found.values()}, pa.string())
    moved = known.filter(pc.is_in(known["native_id"], left)) if found else known.slice(0, 0)
    first = pc.coalesce(moved["first_id"], moved["native_id"]).to_pylist()
    first_of = dict(zip(moved["native_id"].to_pylist(), first, strict=True))
    stayed = before.filter(pc.is_valid(before["first_id"]))
    kept = dict(zip(stayed["native_id"].to_pylist(), stayed["first_id"].to_pylist(), strict=True))
    kept = {i: first_id for i, first_id in kept.items() if i not in first_of}
    kept |= {new: first_of[old.native_id] for new, old in found.items()}
    return assign_first_ids(
        kept, newcomers, known["first_id"].drop_null().to_pylist() if newcomers else ()
    )
