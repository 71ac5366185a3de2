"""The lake's tables as pandas data frames, for notebooks; the program itself uses Arrow and DuckDB.

This implements `photo_assets.load`. Building tables does not belong here.
"""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa

from photo_assets.catalogs.discovery.further import further_asset
from photo_assets.catalogs.registry import SOURCES, spec_of
from photo_assets.lake import Lake
from photo_assets.library import open_workspace
from photo_assets.model.errors import ConfigurationError
from photo_assets.model.months import is_month_key
from photo_assets.model.tables import (
    CONFLICTS,
    EDGES,
    FINGERPRINTS,
    HISTORY,
    ITEMS,
    LOOKALIKE_GROUPS,
    LOOKALIKES,
    MEMBERS,
    ORIGINALS,
    PHOTOS,
    RELATIONS,
    THUMBNAILS,
    UNIFIED,
    TableKind,
)

BY_MONTH: dict[str, TableKind] = {
    **{f"catalog/{source}": ITEMS for source in SOURCES},
    "identity/fingerprints": FINGERPRINTS,
    "identity/photos": PHOTOS,
    "identity/members": MEMBERS,
    "identity/edges": EDGES,
    "identity/relations": RELATIONS,
    "metadata/unified": UNIFIED,
    "metadata/conflicts": CONFLICTS,
    "vault/history": HISTORY,
    "vault/originals": ORIGINALS,
    "vault/thumbnails": THUMBNAILS,
}
"""Tables partitioned by month, by name."""
WHOLE: dict[str, TableKind] = {
    **{f"identity/{kind.name}": kind for kind in (LOOKALIKES, LOOKALIKE_GROUPS)},
    **{
        "/".join(further_asset(table)): table.kind
        for source in SOURCES
        for table in spec_of(source).further_tables
    },
}
"""Unpartitioned tables, by name."""


def load_frame(table: str, months: str | Iterable[str] | None, config: Path | None) -> pd.DataFrame:
    """Return a table as documented in `photo_assets.load`."""
    lake = open_workspace(config).lake
    if table in BY_MONTH:
        return _frame(_monthly(lake, table, months))
    if table not in WHOLE:
        known = ", ".join((*BY_MONTH, *WHOLE))
        raise ConfigurationError(f"There is no table {table!r}.", hint=f"The tables are {known}.")
    if months is not None:
        raise ConfigurationError(
            f"{table} is not stored by month.", hint="Leave `months` out, and filter its rows."
        )
    kind, layer = WHOLE[table], table.partition("/")[0]
    asset = ("identity", LOOKALIKES.name) if layer == "identity" else (layer, kind.name)
    return _frame(lake.read(asset, kind.name, kind))


def _monthly(lake: Lake, table: str, months: str | Iterable[str] | None) -> pa.Table:
    layer, _, name = table.partition("/")
    asset, kind = (layer, name), BY_MONTH[table]
    if months is None:
        return lake.read_all(asset, kind)
    keys = [_key(month) for month in ([months] if isinstance(months, str) else months)]
    parts = [lake.read(asset, key, kind) for key in sorted(set(keys))]
    return pa.concat_tables([kind.schema.empty_table(), *parts])


def _key(month: str) -> str:
    """Return the partition of a month written 2024-07 or 2024-07-01."""
    key = month if is_month_key(month) else f"{month}-01"
    if not is_month_key(key):
        raise ConfigurationError(f"{month!r} is not a month.", hint="Write it as 2024-07.")
    return key


def _frame(table: pa.Table) -> pd.DataFrame:
    """Keep Arrow's types: 64-bit hashes remain integers even if some values are missing."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
