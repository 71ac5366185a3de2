"""The joined tables of a lake by month of photos: their list and their views."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from photo_assets.lake import Lake, StoredTables
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.query_engine import join_memory_mib, query_database
from photo_assets.lake.stored import AssetPath
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import CONFLICTS, MEMBERS, PHOTOS, RELATIONS, UNIFIED, TableKind
from photo_assets.workspace import Workspace

VIEW: Final[AssetPath] = ("metadata", "unified")
JOINED: Final[Mapping[str, tuple[TableKind, AssetPath]]] = {
    "unified": (UNIFIED, VIEW),
    "photos": (PHOTOS, photo_table(PHOTOS)),
    "members": (MEMBERS, photo_table(MEMBERS)),
    "relations": (RELATIONS, photo_table(RELATIONS)),
    "conflicts": (CONFLICTS, ("metadata", "conflicts")),
}
"""The tables whose partition is the month of a photo: the names of their views, kinds, assets."""

_TOGETHER: Final = 5_000  # items: fewer are not worth a separate query, more need too much memory
FEW_VALUES: Final = 100_000
"""The number of items for queries of a few columns, whose results are few rows of each month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The lake's joined tables; `kept` is the folder for data derived from them.

    `people_roots`: keywords whose children are people. `memory_mib`: 0 is the measured need.
    """

    lake: Lake
    kept: Path
    people_roots: Sequence[str] = ()
    scratch: Path | None = None
    memory_mib: int = 0

    @classmethod
    def of(cls, workspace: Workspace) -> "Joined":
        """Return the tables of a workspace."""
        return cls(
            lake=workspace.lake,
            kept=workspace.month_facts,
            people_roots=tuple(workspace.settings.sinks.people_roots),
            scratch=workspace.scratch_for("disclosure"),
            memory_mib=workspace.settings.query_memory_mib,
        )

    def months(self, tables: StoredTables) -> list[str]:
        """Return the months of photos that `tables` of the lake have, oldest first."""
        names = (tables.names(asset) for _, asset in JOINED.values())
        return sorted({name for some in names for name in some})

    def batches(self, months: Collection[str], most_items: int = _TOGETHER) -> Iterator[list[str]]:
        """Yield the months, oldest first, in batches of limited size."""
        batch: list[str] = []
        items = 0
        for month in sorted(months):
            rows = self._items(month)
            if batch and items + rows > most_items:
                yield batch
                batch, items = [], 0
            batch.append(month)
            items += rows
        if batch:
            yield batch

    @contextmanager
    def opened(self, doing: str, months: Collection[str]) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the tables of some months as views, each with a column `partition`.

        Raises `StorageError`, which begins with `doing`.
        """
        items = sum(map(self._items, months))
        with query_database(
            "disclosure",
            doing,
            self.scratch,
            self.memory_mib or join_memory_mib("disclosure", items),
            hint="Rematerialize the asset that the file belongs to.",
        ) as opened:
            for name, (kind, asset) in JOINED.items():
                self.view(opened.connection, name, kind, [asset], months)
            yield opened.connection

    def view(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        kind: TableKind,
        assets: Sequence[AssetPath],
        months: Collection[str],
    ) -> None:
        """Make a view of the tables of some months, with a column `partition`."""
        paths = [self.lake.path(asset, month) for asset in assets for month in sorted(months)]
        there = [path for path in paths if path.exists()]
        view_stored(connection, name, kind, there, partitioned=True)

    def _items(self, month: str) -> int:
        footer = self.lake.footer(photo_table(MEMBERS), month)
        return footer.rows if footer else 0
