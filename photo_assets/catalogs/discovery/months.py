"""From staging to the catalog's partition: which months differ from the lake, and writing one.

A month of `catalog/<source>` holds the parts of all the source's catalogs. Its digest is made of
the parts' digests, so that staging and lake are compared without reading a row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import Manifest, Part, load_manifest
from photo_assets.catalogs.discovery.parts import part_pieces
from photo_assets.lake import Lake, Written
from photo_assets.lake.currency import is_current
from photo_assets.model.canonical import footer_json, inputs_digest
from photo_assets.model.schema import ITEM_SCHEMA
from photo_assets.model.tables import ITEMS

MONTHS_SINCE = 2
"""The oldest schema version of months that are as they would be written now.

Version 3 added `quality`, which is null in older months: a month with a quality has other digests.
"""

EMPTY = "empty"
"""The data version of a month without rows."""


@dataclass(frozen=True, slots=True)
class StagedMonths:
    """What staging holds for one source: manifest by catalog name."""

    source: str
    staging: Path
    manifests: Mapping[str, Manifest]

    def parts(self, month: str) -> dict[str, Part]:
        """Return the parts of `month` by catalog name, sorted."""
        return {
            name: manifest.months[month]
            for name, manifest in sorted(self.manifests.items())
            if month in manifest.months
        }

    def months(self) -> list[str]:
        """Return the months with rows, sorted."""
        return sorted({month for m in self.manifests.values() for month in m.months})

    def version(self, month: str) -> str:
        """Return the data version of `month`: a digest of its parts', or `EMPTY`."""
        return _version({name: part.digest for name, part in self.parts(month).items()})


def load_staged(staging: Path, source: str) -> StagedMonths:
    """Return what is staged for `source`, whether or not its catalogs are configured now.

    A catalog that was taken out of the configuration keeps its rows, like an offline one.
    """
    folder = staging / source
    names = sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    manifests = {name: load_manifest(catalog_folder(staging, source, name)) for name in names}
    return StagedMonths(source, staging, {n: m for n, m in manifests.items() if m is not None})


def pending_months(staged: StagedMonths, lake: Lake) -> list[str]:
    """Return the months whose partition in the lake is not what is staged, sorted."""
    asset = ("catalog", staged.source)
    versions = {m: staged.version(m) for m in sorted({*lake.names(asset), *staged.months()})}
    kinds = [replace(ITEMS, version=n) for n in range(ITEMS.version, MONTHS_SINCE - 1, -1)]
    return [
        month
        for month, version in versions.items()
        if not any(
            is_current(lake, asset, month, kind, version, may_lack=version == EMPTY)
            for kind in kinds
        )
    ]


def write_month(staged: StagedMonths, lake: Lake, month: str) -> Written:
    """Make the partition `month` of the source's asset from its parts, and return what it is."""
    parts = staged.parts(month)
    version = staged.version(month)
    digests = {name: part.digest for name, part in parts.items()}
    folder = {name: catalog_folder(staged.staging, staged.source, name) for name in parts}
    pieces = (piece for name, part in parts.items() for piece in part_pieces(folder[name], part))
    source = pieces if parts else ITEM_SCHEMA.empty_table()
    asset = ("catalog", staged.source)
    extra = {"parts": footer_json(digests)}
    return lake.write(asset, month, ITEMS, source, digest=version, extra=extra)


def read_month(
    lake: Lake, source: str, month: str, columns: Sequence[str] | None = None
) -> pa.Table:
    """Return the rows of one month of one source, or some of their columns."""
    return lake.read(("catalog", source), month, ITEMS, columns)


def _version(digests: Mapping[str, str]) -> str:
    if not digests:
        return EMPTY
    return inputs_digest(digests)
