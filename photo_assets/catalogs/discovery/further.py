"""The tables of a source beside its items, from the records of its last accepted scans.

Which tables a source has is in its spec. No catalog is read here.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.memory import (
    binding,
    recall_if_kept,
    remembered_digest,
)
from photo_assets.catalogs.spec import FurtherTable
from photo_assets.lake import Lake, Written
from photo_assets.lake.currency import INPUTS, intact_footer, is_made_from
from photo_assets.lake.stored import AssetPath
from photo_assets.model.canonical import inputs_digest


def further_asset(table: FurtherTable) -> AssetPath:
    """Return where a further table is stored: its only file has the name of the asset.

    By that name it is told from the months of items (`Lake.catalogs`).
    """
    return ("catalog", table.name)


def is_further_due(
    table: FurtherTable, staging: Path, source: str, names: Iterable[str], lake: Lake
) -> bool:
    """Return whether the catalogs `names` have another record than the table was made from."""
    stored = intact_footer(lake, further_asset(table), table.name)
    return not is_made_from(stored, table.kind, _inputs(table, _bound(staging, source, names)))


def write_further(
    table: FurtherTable, staging: Path, source: str, names: Iterable[str], lake: Lake
) -> Written:
    """Store the rows of the catalogs `names` and return the outcome; an unchanged table stays."""
    bound = _bound(staging, source, names)
    parts = []
    for folder, manifest in bound.items():
        record = recall_if_kept(folder, table.memory_kind, manifest)
        if record is not None:
            parts.append(table.rows(folder.name, record))
    rows = pa.concat_tables([table.kind.schema.empty_table(), *parts])
    extra = {INPUTS: _inputs(table, bound)}
    return lake.write(further_asset(table), table.name, table.kind, rows, extra=extra)


def count_repeated(table: FurtherTable, lake: Lake) -> tuple[int, int]:
    """Return how many rows are stored, and how many of them repeat the key of another."""
    asset = further_asset(table)
    if table.name not in lake.names(asset):
        return 0, 0
    stored = lake.read(asset, table.name, table.kind, table.unique)
    return len(stored), len(stored) - len(stored.group_by(list(table.unique)).aggregate([]))


def _bound(staging: Path, source: str, names: Iterable[str]) -> dict[Path, str]:
    """Return the folder of each catalog that was read, and its manifest's digest."""
    folders = [catalog_folder(staging, source, name) for name in sorted(names)]
    found = {folder: load_manifest(folder) for folder in folders}
    return {folder: binding(one) for folder, one in found.items() if one is not None}


def _inputs(table: FurtherTable, bound: Mapping[Path, str]) -> str:
    records = [
        [folder.name, remembered_digest(folder, table.memory_kind, manifest)]
        for folder, manifest in bound.items()
    ]
    return inputs_digest(records)
