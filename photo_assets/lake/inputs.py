"""Stored tables as inputs of other tables: their files, and one digest over all of them."""

from collections.abc import Sequence
from pathlib import Path

from photo_assets.lake.lake import Lake
from photo_assets.lake.snapshot import Snapshot
from photo_assets.lake.stored import AssetPath
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.tables import TableKind


def item_files(lake: Lake) -> tuple[Path, ...]:
    """Return the files of all catalogs' months."""
    return tuple(f for source in lake.catalogs() for f in lake.files(("catalog", source)))


def item_rows(lake: Lake) -> int:
    """Return the number of rows in the files of all catalogs' months."""
    tables = Snapshot(lake)
    assets = [("catalog", source) for source in lake.catalogs()]
    footers = [tables.footer(asset, name) for asset in assets for name in tables.names(asset)]
    return sum(footer.rows for footer in footers if footer is not None)


def fingerprint_files(lake: Lake) -> tuple[Path, ...]:
    """Return the files of all months of fingerprints."""
    return tuple(lake.files(("identity", "fingerprints")))


def photo_files(lake: Lake, kind: TableKind) -> tuple[Path, ...]:
    """Return the files of one of the four tables of photos, of all months."""
    return tuple(lake.files(photo_table(kind)))


def photo_table(kind: TableKind) -> AssetPath:
    """Return the asset of one of the four tables of photos, one partition per month."""
    return ("identity", kind.name)


def files_digest(lake: Lake, files: Sequence[Path], *recipe: str) -> str:
    """Return one digest over the content of `files` and the recipe applied to them.

    The content is identified by the digests in the footers; no row is read.
    """
    entries = []
    for path in files:
        asset = (path.parent.parent.name, path.parent.name)
        entries.append((*asset, path.stem, lake.digest(asset, path.stem)))
    return inputs_digest([recipe, sorted(entries)])
