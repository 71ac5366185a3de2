"""Merging one pass over a catalog with the last accepted rows: month parts and scan memory.

Works only on the rows in play, those of branches that were read; all others stay unchanged, in the
parts and in the memory.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.discovery.contradictions import COMPARED
from photo_assets.catalogs.discovery.first_ids import with_first_ids
from photo_assets.catalogs.discovery.manifest import Manifest, Part
from photo_assets.catalogs.discovery.memory import BRANCHES, NOTES, ROWS, binding, remember
from photo_assets.catalogs.discovery.moves import Moves, find_moves
from photo_assets.catalogs.discovery.parts import MonthBuckets, part_pieces, read_part, write_part
from photo_assets.catalogs.discovery.previous import (
    WHOLE,
    PreviousItems,
    branches_of,
    mark_gone,
)
from photo_assets.catalogs.discovery.scan import ScanOutcome
from photo_assets.catalogs.discovery.seen_visibility import SeenVisibility
from photo_assets.model.canonical import canonical
from photo_assets.model.vocabulary import GONE


@dataclass(slots=True)
class Merge:
    """The rows of the last accepted scan, compared with the entries that a pass found."""

    folder: Path
    accepted: Manifest | None
    previous: PreviousItems
    outcome: ScanOutcome
    buckets: MonthBuckets
    ids_are_paths: bool
    seen: SeenVisibility
    moves: Moves = field(init=False, default_factory=Moves)
    lost: set[str] = field(init=False)
    """Rows in play whose entries were not found, including those already missing before."""
    newly_lost: set[str] = field(init=False)
    """The `lost` rows that were not missing before: they become missing, unless held back."""
    waiting: set[str] = field(init=False, default_factory=set)
    """The lost rows that stay unchanged until a person confirms the loss."""
    kept: int = field(init=False)
    """Number of rows of entries that were not found, in play or not."""
    _replaced: set[str] = field(init=False)
    _in_play: pa.Table = field(init=False)
    _untouched: pa.Table = field(init=False)

    def __post_init__(self) -> None:
        """Find moved and lost entries."""
        found = self.outcome
        lost = {
            native_id
            for native_id in self.previous.tokens
            if native_id not in found.rewritten and not found.is_kept(native_id)
        }
        self._in_play, self._untouched = self.previous.split()
        if self.ids_are_paths:
            rows = (self._compared_columns, self.buckets.rows)
            index = self.buckets.index()
            self.moves = find_moves(self.previous, self._in_play, index, lost, rows)
        left = {old.native_id for old in self.moves.before.values()}
        self._replaced = left | found.rewritten if left else found.rewritten
        if left - found.rewritten:
            self._in_play, self._untouched = (
                rows.filter(pc.invert(_is_among(rows, left)))
                for rows in (self._in_play, self._untouched)
            )
        self.lost = lost - left
        self.newly_lost = self.lost - self.previous.gone
        gone = pc.sum(pc.equal(self._untouched["change_token"], GONE)).as_py() or 0
        self.kept = len(self.lost) + gone

    def hold(self) -> None:
        """Keep the newly lost rows unchanged."""
        self.waiting, self.newly_lost = self.newly_lost, set()

    @property
    def missing(self) -> int:
        """Number of rows marked missing."""
        return self.kept - len(self.waiting)

    def months(self) -> dict[str, Part]:
        """Write the changed months, and return the parts of all months."""
        old = self.accepted.months if self.accepted else {}
        fresh = set(self.buckets.months())
        touched = fresh | self._months_of(self.newly_lost)
        touched |= self._months_of(self.outcome.rewritten)
        touched |= {file.month for file in self.moves.before.values()}
        months: dict[str, Part] = {}
        for month in sorted({*old, *fresh}):
            kept = old.get(month)
            if kept is not None and month not in touched:
                months[month] = kept
                continue
            tables = []
            if month in fresh:
                rows = with_first_ids(self.buckets.take(month), self.moves.first_ids)
                tables.append(self.seen.dated(rows))
            if kept is not None:
                for piece in part_pieces(self.folder, kept):
                    tables += map(self.buckets.put_aside, self._standing(piece))
            table = pa.concat_tables(tables)
            if table.num_rows:
                done = self.buckets.leave_on_disk
                months[month] = write_part(self.folder, month, table, done)
        return months

    def notes(self) -> pa.Table:
        """Return discards and failures in branch order, including those of skipped branches."""
        new = self.outcome.notes.table()
        numbers = np.full(len(self.previous.paths) + 1, -1, np.int32)
        for number, visit in enumerate(self.outcome.visits):
            before = self.previous.number(visit.path)
            if visit.skipped and before is not None:
                numbers[before] = number
        if not (numbers >= 0).any():
            return new
        old = _renumbered(self.previous.notes, numbers)
        both = pa.concat_tables([old.filter(pc.greater_equal(old["branch"], 0)), new])
        return both.take(np.argsort(both["branch"].to_numpy(), kind="stable"))

    def remember(self, manifest: Manifest, notes: pa.Table, branched: bool) -> None:
        """Store the scan memory for the manifest that is accepted next."""
        bound_to = binding(manifest)
        visits = self.outcome.visits
        paths = {visit.path: number for number, visit in enumerate(visits)}
        rows = self._rows(paths, branched)
        if branched:
            others = list(paths)[len(visits) :]
            waiting = {native_id.rpartition("/")[0] for native_id in self.waiting}
            states = [None if visit.path in waiting else visit.state for visit in visits]
            reasons = [canonical(visit.reasons) for visit in visits]
            columns = {
                "path": list(paths),
                "listed": [True] * len(visits) + [path in waiting for path in others],
                "state": states + [None] * len(others),
                "written": [visit.written for visit in visits] + [0] * len(others),
                "reasons": reasons + ["{}"] * len(others),
            }
            branches = pa.Table.from_pydict(columns, schema=BRANCHES.schema)
            lasting = pa.array([state is not None for state in states], pa.bool_())
            remember(self.folder, BRANCHES, branches, bound_to)
            remember(self.folder, NOTES, notes.filter(lasting.take(notes["branch"])), bound_to)
        remember(self.folder, ROWS, rows, bound_to)

    def _compared_columns(self, month: str) -> pa.Table:
        """Return the columns of the last scan's rows of a month that describe their pictures."""
        assert self.accepted is not None
        return read_part(self.folder, self.accepted.months[month], COMPARED)

    def _first_ids(self, rows: pa.Table) -> pa.Array:
        firsts = self.moves.first_ids
        if not firsts:
            return pa.nulls(rows.num_rows, pa.string())
        return pa.array([firsts.get(i) for i in rows["native_id"].to_pylist()], pa.string())

    def _months_of(self, native_ids: set[str]) -> set[str]:
        rows = self._in_play
        return set(pc.unique(rows["month"].filter(_is_among(rows, native_ids))).to_pylist())

    def _standing(self, rows: pa.Table) -> list[pa.Table]:
        gone = _is_among(rows, self.newly_lost)
        stays = pc.invert(pc.or_(gone, _is_among(rows, self._replaced)))
        tables = [rows.filter(stays)]
        if pc.any(gone).as_py():
            tables.append(mark_gone(rows.filter(gone)))
        return tables

    def _rows(self, paths: dict[str, int], branched: bool) -> pa.Table:
        """Return all accepted rows; branches that only rows name are added to `paths`."""
        stays = pc.invert(_is_among(self._in_play, self.outcome.rewritten))
        lost = _is_among(self._in_play, self.newly_lost)
        tokens = pc.if_else(lost, GONE, self._in_play["change_token"])
        column = self._in_play.schema.get_field_index("change_token")
        marked = self._in_play.set_column(column, "change_token", tokens).filter(stays)
        fresh = self.buckets.index().replace_schema_metadata(None)
        fresh = fresh.append_column("first_id", self._first_ids(fresh))
        looked_at = pa.concat_tables(
            [part.select(fresh.schema.names).cast(fresh.schema) for part in (marked, fresh)]
        )
        old = self.previous.paths
        numbers = np.full(len(old) + 1, -1, np.int32)
        for number in np.unique(self._untouched["branch"].to_numpy()):
            numbers[number] = paths.setdefault(old[number], len(paths))
        if branched:
            coded = branches_of(looked_at["native_id"]).combine_chunks().dictionary_encode()
            named = [paths.setdefault(path, len(paths)) for path in coded.dictionary.to_pylist()]
            codes = pa.array(named, pa.int32()).take(coded.indices)
        else:
            codes = pa.array(np.full(looked_at.num_rows, paths[WHOLE], np.int32))
        added = looked_at.append_column("branch", codes).select(ROWS.schema.names)
        added = added.cast(ROWS.schema)
        return pa.concat_tables([_renumbered(self._untouched, numbers), added])


def _is_among(rows: pa.Table, native_ids: set[str]) -> pa.ChunkedArray:
    """Return, for each row, whether its entry is one of these."""
    return pc.is_in(rows["native_id"], value_set=pa.array(native_ids, pa.string()))


def _renumbered(table: pa.Table, numbers: "np.ndarray[tuple[int], np.dtype[np.int32]]") -> pa.Table:
    column = table.schema.get_field_index("branch")
    renumbered = pa.array(numbers[table["branch"].to_numpy()], pa.int32())
    return table.set_column(column, table.schema.field(column), renumbered)
