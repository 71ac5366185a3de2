"""Ours: hashes without thumbnails, photos joined by their bytes, look-alikes among the photos.

Nothing is kept from an earlier run: cache, ledger and tables are new. Prints what was made one
photo and, apart from it, the pairs of files that are candidates.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets.identity.fingerprints.run import fingerprint_items
from photo_assets.identity.lookalikes import LookalikeInputs, LookalikeOptions, build_lookalikes
from photo_assets.identity.photos import build_photos
from photo_assets.ledger import PhotoRegistry, open_ledger
from photo_assets_tests.bench.fingerprint.ours import items_table
from photo_assets_tests.configured import default_hierarchy, photo_inputs


def find(folder: Path, scratch: Path) -> dict[str, Any]:
    """Return `merged` (groups of paths made one photo) and `alike` (groups, one a pair)."""
    items = items_table(sorted(folder.rglob("*.jpg")))
    with closing(FingerprintCache(scratch / "fingerprints.sqlite")) as cache:
        fingerprints = fingerprint_items(items, cache, FingerprintOptions()).table
    files = _stored(scratch, items=items, fingerprints=fingerprints)
    inputs = photo_inputs(
        items=(files["items"],), fingerprints=(files["fingerprints"],), temp_directory=scratch
    )
    registry = PhotoRegistry(open_ledger(f"sqlite:///{scratch / 'ledger.sqlite'}"))
    photos = build_photos(inputs, registry, default_hierarchy())
    paths = dict(zip(items["native_id"].to_pylist(), items["path"].to_pylist(), strict=True))
    members: dict[bytes, list[str]] = {}
    for row in photos.members.select(["photo_id", "native_id"]).to_pylist():
        members.setdefault(row["photo_id"], []).append(paths[row["native_id"]])
    files |= _stored(scratch, members=photos.members, relations=photos.relations)
    alike = [[*members[a], *members[b]] for a, b in _candidates(files, scratch)]
    return {"merged": [group for group in members.values() if len(group) > 1], "alike": alike}


def _candidates(files: dict[str, Path], scratch: Path) -> Iterator[tuple[Any, Any]]:
    inputs = LookalikeInputs(
        members=(files["members"],),
        relations=(files["relations"],),
        fingerprints=(files["fingerprints"],),
        items=(files["items"],),
        temp_directory=scratch,
    )
    pairs = build_lookalikes(inputs, LookalikeOptions()).pairs
    for row in pairs.select(["a_photo_id", "b_photo_id"]).to_pylist():
        yield row["a_photo_id"], row["b_photo_id"]


def _stored(scratch: Path, **tables: pa.Table) -> dict[str, Path]:
    files = {}
    for name, table in tables.items():
        files[name] = scratch / f"{name}.parquet"
        pq.write_table(table, files[name])
    return files


def main() -> None:
    """Print what was found below a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(find(Path(sys.argv[1]), Path(scratch))))


if __name__ == "__main__":
    main()
