"""What the last accepted scan said of each item: change tokens to skip by, months to merge into."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.discovery.manifest import Manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.model.rows import item_columns, row_to_item, rows_to_table
from photo_assets.model.vocabulary import Availability

GONE = "photo_assets:gone"
"""The change token of a row whose entry its catalog no longer lists."""


@dataclass(slots=True)
class PreviousItems:
    """The rows of the last accepted scan, by native id.

    A row that was kept although its entry was gone carries `GONE` for a change token: were the
    entry to come back, it must be read and not be taken as unchanged.
    """

    tokens: dict[str, str | None]
    gone: set[str]

    @property
    def present(self) -> int:
        """How many items were there at the last scan."""
        return len(self.tokens) - len(self.gone)

    def known(self) -> dict[str, str | None]:
        """Return what a reader may answer `Unchanged` to."""
        return {k: token for k, token in self.tokens.items() if token not in (None, GONE)}

    def starting_with(self, prefix: str) -> Iterator[str]:
        """Yield the native ids below `prefix`."""
        return (key for key in self.tokens if key.startswith(prefix))


def load_previous(folder: Path, manifest: Manifest | None) -> PreviousItems:
    """Read native ids and change tokens of all parts; no other column is touched."""
    tokens: dict[str, str | None] = {}
    gone: set[str] = set()
    for part in manifest.months.values() if manifest else ():
        table = read_part(folder, part, ("native_id", "change_token"))
        ids = table["native_id"].to_pylist()
        tokens.update(zip(ids, table["change_token"].to_pylist(), strict=True))
        gone.update(table.filter(pc.equal(table["change_token"], GONE))["native_id"].to_pylist())
    return PreviousItems(tokens, gone)


def mark_gone(rows: pa.Table) -> pa.Table:
    """Return rows of entries their catalog no longer lists: kept, and marked missing."""
    kept = []
    for row in rows.to_pylist():
        item = row_to_item({**row, "availability": Availability.MISSING, "change_token": GONE})
        partition = {"month": row["month"], "month_basis": row["month_basis"]}
        kept.append({**item_columns(item), **partition})
    return rows_to_table(kept)
