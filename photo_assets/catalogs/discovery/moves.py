"""Files that moved within a catalog, from the rows of the last scan and of this one.

For catalogs whose native ids are paths. The rules are in `pairing`, what follows for the ids by
which entries are known in `first_ids`. Costs what was met again; nothing is looked at.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.discovery.contradictions import TOLD, contradict
from photo_assets.catalogs.discovery.first_ids import assign
from photo_assets.catalogs.discovery.pairing import File, pair
from photo_assets.catalogs.discovery.previous import GONE, PreviousItems

RowsOf = Callable[[str], pa.Table]
"""month -> its rows, with `TOLD` among their columns."""


@dataclass(frozen=True, slots=True)
class Moves:
    """`before`: native id of a row that was read now -> the file it was in the last scan.

    `first_ids`: native id of a row that was read now -> its first id, where that is another one.
    """

    before: Mapping[str, File] = field(default_factory=dict)
    first_ids: Mapping[str, str] = field(default_factory=dict)


def follow(
    previous: PreviousItems,
    in_play: pa.Table,
    fresh: pa.Table,
    lost: Collection[str],
    rows: tuple[RowsOf, RowsOf],
) -> Moves:
    """Return what moved.

    `in_play` and `fresh` (columns of `memory.ROWS`) are the rows of the last scan whose branches
    were looked at, and those that were read now. `lost`: ids of the former that were not met.
    `rows` are those of the last scan and of this one.
    """
    if not fresh.num_rows or not previous.rows.num_rows:
        return Moves()
    before = in_play.take(pc.index_in(fresh["native_id"], in_play["native_id"].combine_chunks()))
    same = pc.and_(_equal(fresh, before, "file_size"), _equal(fresh, before, "file_mtime_ns"))
    renumbered = pc.and_(same, pc.invert(_equal(fresh, before, "file_inode")))
    # FAT and some network shares number their files again whenever they are mounted.
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
    """Return the files of rows that say in which state they are."""
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
    """Return the pairs that what the rows state of their pictures does not speak against."""
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
    return rows.select(TOLD).take(at)


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
    return assign(kept, newcomers, known["first_id"].drop_null().to_pylist() if newcomers else ())
