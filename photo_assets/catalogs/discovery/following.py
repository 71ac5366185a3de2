"""The record of the last accepted scan, for catalogs that follow a service's changes.

When it applies, and giving it to the reader. What it holds is the reader's.
"""

from pathlib import Path

import pyarrow as pa

from photo_assets.catalogs.discovery.manifest import Manifest
from photo_assets.catalogs.discovery.memory import binding, recall_if_kept
from photo_assets.catalogs.protocol import Catalog, FollowingCatalog


def may_skip(manifest: Manifest | None, catalog: Catalog) -> bool:
    """Return whether the accepted rows are of this reader and these settings."""
    return (
        manifest is not None
        and manifest.reader_version == catalog.reader_version
        and manifest.settings_digest == catalog.settings_digest
    )


def let_follow(
    catalog: Catalog, folder: Path, manifest: Manifest | None, *, full: bool = False
) -> pa.Table | None:
    """Give a following catalog the record of its last accepted scan, and return it.

    None for other catalogs, and where no record applies; always None with `full`.
    """
    if not isinstance(catalog, FollowingCatalog):
        return None
    record = None
    if manifest is not None and not full and may_skip(manifest, catalog):
        record = recall_if_kept(folder, catalog.memory_kind, binding(manifest))
    catalog.follow(record)
    return record
