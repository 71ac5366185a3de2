"""From catalogs to the tables that sinks are made from, by the real readers and joins."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from photo_assets.catalogs.registry import SOURCES, build_catalogs
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets.identity.fingerprints.run import fingerprint_items
from photo_assets.identity.photos import write_photos
from photo_assets.lake.inputs import fingerprint_files, item_files, photo_files
from photo_assets.ledger import PhotoRegistry
from photo_assets.library import open_workspace
from photo_assets.metadata import MetadataInputs, build_metadata
from photo_assets.model.events import Failed, Found
from photo_assets.model.rows import item_to_row, rows_to_table
from photo_assets.model.tables import CONFLICTS, FINGERPRINTS, ITEMS, MEMBERS, PHOTOS, UNIFIED
from photo_assets.workspace import Workspace
from photo_assets_tests.configured import default_hierarchy, default_rules, photo_inputs

_TODAY = date(2026, 11, 20)


def configured(home: Path, catalogs: dict[str, Any], sinks: dict[str, Any]) -> Workspace:
    """Write a configuration in `home` and open its workspace."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "photosync.yaml"
    document = {"data_dir": "data", "catalogs": catalogs, "sinks": sinks}
    file.write_text(yaml.safe_dump(document))
    return open_workspace(file)


def collect(workspace: Workspace) -> None:
    """Read all catalogs, and store everything that follows up to the unified view."""
    lake = workspace.lake
    everything: list[dict[str, Any]] = []
    for source in SOURCES:
        months: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for catalog in build_catalogs(workspace, source):
            for event in catalog.scan({}):
                assert not isinstance(event, Failed), event
                if isinstance(event, Found):
                    row = item_to_row(event.item, _TODAY)
                    months[row["month"]].append(row)
        for month, rows in months.items():
            lake.write(("catalog", source), month, ITEMS, rows_to_table(rows))
            everything += rows
    cache = FingerprintCache(workspace.data_dir / "cache.sqlite")
    prints = fingerprint_items(rows_to_table(everything), cache, FingerprintOptions(threads=1))
    lake.write(("identity", "fingerprints"), "all", FINGERPRINTS, prints.table)
    cache.close()
    items, prints_of = item_files(lake), fingerprint_files(lake)
    inputs = photo_inputs(items=items, fingerprints=prints_of)
    registry, record = PhotoRegistry(workspace.ledger), workspace.joined_photos
    write_photos(inputs, registry, default_hierarchy(), lake, record)
    metadata = build_metadata(
        MetadataInputs(
            items=items,
            fingerprints=prints_of,
            photos=photo_files(lake, PHOTOS),
            members=photo_files(lake, MEMBERS),
        ),
        default_rules(),
    )
    lake.write(("metadata", "unified"), "all", UNIFIED, metadata.unified)
    lake.write(("metadata", "conflicts"), "all", CONFLICTS, metadata.conflicts)
