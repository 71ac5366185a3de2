"""What differs between a month that is staged and the one that is stored: counted, by catalog.

For people who ask why a month is stale. Which months differ at all is in `months`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.months import StagedMonths, read_month
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.model.errors import StorageError
from photo_assets.model.wording import counted
from photo_assets.store.lake import DAMAGED, Lake

_COUNT = """
select count(*) filter (before.native_id is null), count(*) filter (after.native_id is null),
       count(*) filter (before.native_id = after.native_id and before is distinct from after)
from before full join after on before.native_id = after.native_id
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """How many items of one catalog a month gained, lost and has otherwise."""

    new: int
    gone: int
    changed: int

    @property
    def sentence(self) -> str:
        """One clause for people."""
        total = counted(self.new + self.gone + self.changed, "item")
        return f"{total} ({self.new:,} new, {self.changed:,} changed, {self.gone:,} gone)"


def differences(staged: StagedMonths, lake: Lake, month: str) -> dict[str, Difference]:
    """Return catalog -> what differs in `month`; catalogs without a difference are left out.

    Only those are read that are on both sides and differ. Raises `StorageError`.
    """
    parts = staged.parts(month)
    known = _known(lake, staged.source, month)
    found = {}
    for name in sorted({*parts, *known}):
        part = parts.get(name)
        if name not in known:
            found[name] = Difference(new=parts[name].rows, gone=0, changed=0)
        elif part is None:
            before = read_month(lake, staged.source, month, ["catalog"])["catalog"]
            gone = pc.sum(pc.equal(before, name)).as_py() or 0
            found[name] = Difference(new=0, gone=gone, changed=0)
        elif known[name] != part.digest:
            rows = read_month(lake, staged.source, month)
            before = rows.filter(pc.equal(rows["catalog"], name))
            after = read_part(catalog_folder(staged.staging, staged.source, name), part)
            found[name] = _compared(before, after)
    return found


def said(staged: StagedMonths, lake: Lake, month: str) -> str:
    """Return which catalogs differ and by how many items, for people; empty when none does."""
    try:
        found = differences(staged, lake, month)
    except StorageError as error:
        return f"Not counted: {error.message}"
    return "; ".join(f"{name}: {difference.sentence}" for name, difference in found.items())


def _known(lake: Lake, source: str, month: str) -> Mapping[str, str]:
    asset = ("catalog", source)
    if lake.digest(asset, month) in (None, DAMAGED):
        return {}
    footer = lake.footer(asset, month)
    parts: dict[str, str] = json.loads(footer.extra.get("parts", "{}")) if footer else {}
    return parts


def _compared(before: pa.Table, after: pa.Table) -> Difference:
    with duckdb.connect() as connection:
        connection.register("before", before)
        connection.register("after", after)
        counts = connection.execute(_COUNT).fetchone()
    assert counts is not None
    new, gone, changed = counts
    return Difference(new, gone, changed)
