"""The tables of a source beside its items, from the records of its last accepted scans.

Which tables a source has is in its spec. No catalog is read here.
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.memory import binding, recall_if_kept
from photo_assets.catalogs.spec import FurtherTable
from photo_assets.lake import Lake, Written
from photo_assets.lake.stored import AssetPath


def further_asset(table: FurtherTable) -> AssetPath:
    """Return where a further table is stored: its only file has the name of the asset.

    By that name it is told from the months of items (`Lake.catalogs`).
    """
    return ("catalog", table.name)


def write_further(
    table: FurtherTable, staging: Path, source: str, names: Iterable[str], lake: Lake
) -> Written:
    """Store the rows of the catalogs `names` and return the outcome; an unchanged table stays."""
    parts = []
    for name in sorted(names):
        folder = catalog_folder(staging, source, name)
        manifest = load_manifest(folder)
        if manifest is None:
            continue
        record = recall_if_kept(folder, table.memory_kind, binding(manifest))
        if record is not None:
            parts.append(table.rows(name, record))
    rows = pa.concat_tables([table.kind.schema.empty_table(), *parts])
    return lake.write(further_asset(table), table.name, table.kind, rows)


def count_repeated(table: FurtherTable, lake: Lake) -> tuple[int, int]:
    """Return how many rows are stored, and how many of them repeat the key of another."""
    asset = further_asset(table)
    if table.name not in lake.names(asset):
        return 0, 0
    stored = lake.read(asset, table.name, table.kind, table.unique)
    return len(stored), len(stored) - len(stored.group_by(list(table.unique)).aggregate([]))
