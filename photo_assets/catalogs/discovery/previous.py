"""The last accepted scan, per item: change tokens for skipping, months for merging.

Stored in columns. Only the rows of branches that are read become Python objects; a catalog without
branches is a single branch.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.discovery.first_ids import first_ids_of
from photo_assets.catalogs.discovery.manifest import Manifest
from photo_assets.catalogs.discovery.memory import (
    BRANCHES,
    NOTES,
    ROWS,
    binding,
    is_remembered,
    recall,
)
from photo_assets.catalogs.discovery.parts import INDEX, read_part
from photo_assets.model.rows import changed_rows
from photo_assets.model.vocabulary import GONE, Availability

WHOLE = ""
"""The one branch of a catalog without branches."""


class PreviousItems:
    """The rows of the last accepted scan. `tokens` are those of the branches opened so far.

    `branches` is the table of known branches, by number; `paths` may name further branches, of
    which only rows are known. `rows` and `notes` are read at first use, and may then raise
    `MemoryLostError`.
    """

    def __init__(
        self,
        branches: pa.Table,
        rows: Callable[[], pa.Table],
        notes: Callable[[], pa.Table],
        *,
        paths: list[str] | None = None,
        present: int = 0,
    ) -> None:
        self.branches = branches
        self.paths: list[str] = branches["path"].to_pylist() if paths is None else paths
        self.present = present
        self.tokens: dict[str, str | None] = {}
        self._numbers = {path: number for number, path in enumerate(self.paths)}
        self._read_rows = rows
        self._read_notes = notes
        self._opened: set[int] = set()

    @cached_property
    def rows(self) -> pa.Table:
        """All rows, `memory.ROWS`."""
        return self._read_rows()

    @cached_property
    def notes(self) -> pa.Table:
        """Discards and failures in branches that may be skipped, `memory.NOTES`."""
        return self._read_notes()

    def states(self) -> dict[str, bytes]:
        """Return the states of the branches that may be skipped, by path."""
        known = self.branches.filter(pc.is_valid(self.branches["state"]))
        return dict(zip(known["path"].to_pylist(), known["state"].to_pylist(), strict=True))

    def open(self, branch: str) -> dict[str, str | None]:
        """Bring the rows of a branch into play; return the items for which `Unchanged` is valid."""
        number = self._numbers.get(branch)
        if number is None:
            return {}
        self._opened.add(number)
        order, starts = self._order
        numbers = order[starts[number] : starts[number + 1]]
        # The rows of a catalog without branches are not copied.
        rows = self.rows if len(numbers) == self.rows.num_rows else self.rows.take(numbers)
        found = list(
            zip(rows["native_id"].to_pylist(), rows["change_token"].to_pylist(), strict=True)
        )
        self.tokens.update(found)
        return {key: token for key, token in found if token not in (None, GONE)}

    def number(self, branch: str) -> int | None:
        """Return the number of a branch."""
        return self._numbers.get(branch)

    def split(self) -> tuple[pa.Table, pa.Table]:
        """Return the rows in play, and all others."""
        if len(self.tokens) == self.rows.num_rows:
            return self.rows, self.rows.slice(0, 0)
        opened = np.fromiter(self._opened, np.int32, len(self._opened))
        in_play = np.isin(self._codes, opened)
        return self.rows.filter(pa.array(in_play)), self.rows.filter(pa.array(~in_play))

    @property
    def gone(self) -> set[str]:
        """Rows in play whose entries were already missing."""
        return {native_id for native_id, token in self.tokens.items() if token == GONE}

    @cached_property
    def _codes(self) -> npt.NDArray[np.int32]:
        codes: npt.NDArray[np.int32] = self.rows["branch"].to_numpy()
        return codes

    @cached_property
    def _order(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Row numbers by branch, and the start of each branch among them."""
        order = np.argsort(self._codes, kind="stable")
        numbers = np.arange(len(self.paths) + 1)
        return order, np.searchsorted(self._codes[order], numbers)


def load_previous(
    folder: Path, manifest: Manifest | None, *, branched: bool, remembered: bool = True
) -> PreviousItems:
    """Return the last accepted scan; without memory (or `remembered` False), from the parts."""
    no_branches, no_notes = BRANCHES.schema.empty_table(), NOTES.schema.empty_table()
    if manifest is None:
        return PreviousItems(no_branches, ROWS.schema.empty_table, lambda: no_notes)
    bound_to = binding(manifest)
    kinds = (BRANCHES, ROWS, NOTES) if branched else (ROWS,)
    present = manifest.items - manifest.missing
    if not remembered or not all(is_remembered(folder, kind, bound_to) for kind in kinds):
        paths, rows = _from_parts(folder, manifest, branched)
        return PreviousItems(
            no_branches, lambda: rows, lambda: no_notes, paths=paths, present=present
        )
    return PreviousItems(
        recall(folder, BRANCHES, bound_to) if branched else no_branches,
        lambda: recall(folder, ROWS, bound_to),
        lambda: recall(folder, NOTES, bound_to),
        paths=None if branched else [WHOLE],
        present=present,
    )


def last_rows(
    folder: Path,
    manifest: Manifest,
    previous: PreviousItems,
    columns: Sequence[str],
    native_ids: Collection[str],
) -> Iterator[pa.Table]:
    """Yield some columns of the accepted rows of `native_ids`, month by month.

    May raise `MemoryLostError`.
    """
    wanted = pa.array(native_ids, pa.string())
    of_these = pc.is_in(previous.rows["native_id"], value_set=wanted)
    for month in sorted(pc.unique(previous.rows["month"].filter(of_these)).to_pylist()):
        table = read_part(folder, manifest.months[month], columns)
        yield table.filter(pc.is_in(table["native_id"], value_set=wanted))


def branches_of(native_ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the paths of the branches that items of these ids are in."""
    return pc.replace_substring_regex(native_ids, pattern=r"(^|/)[^/]*$", replacement="")


def mark_gone(rows: pa.Table) -> pa.Table:
    """Return rows of entries that their catalog no longer lists, marked missing."""
    gone = {"availability": Availability.MISSING, "change_token": GONE}
    return changed_rows(rows, lambda _row: gone)


def _from_parts(folder: Path, manifest: Manifest, branched: bool) -> tuple[list[str], pa.Table]:
    """Return the branches' paths and all rows; reads few other columns of the parts."""
    tables = []
    for part in manifest.months.values():
        rows = read_part(folder, part, [*INDEX, "links"])
        tables.append(rows.select(INDEX).append_column("first_id", first_ids_of(rows)))
    if not tables:
        return [WHOLE], ROWS.schema.empty_table()
    rows = pa.concat_tables(tables).replace_schema_metadata(None)
    if branched:
        coded = branches_of(rows["native_id"]).combine_chunks().dictionary_encode()
        paths: list[str] = coded.dictionary.to_pylist()
        codes = coded.indices
    else:
        paths, codes = [WHOLE], pa.array(np.zeros(rows.num_rows, np.int32))
    rows = rows.append_column("branch", codes.cast(pa.int32()))
    return paths, rows.select(ROWS.schema.names).cast(ROWS.schema)
