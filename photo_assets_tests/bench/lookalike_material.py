"""Hashes, and whole tables, for measuring the search for look-alikes. Everything follows a seed."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from photo_assets.identity.lookalikes import LookalikeInputs
from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.model.tables import FINGERPRINTS, ITEMS, MEMBERS, RELATIONS, TableKind

Hashes = npt.NDArray[np.uint64]
PLANTED = 0.1
"""Share of the hashes that are up to six bits beside another one."""
_MONTH = "2020-05-01"
_PORTION = 250_000


def make_hashes(count: int, seed: int = 1) -> Hashes:
    """Return different hashes, sorted: most of them random, the others planted beside those."""
    rng = np.random.default_rng(seed)
    hashes = rng.integers(0, 1 << 64, count, dtype=np.uint64)
    planted = int(count * PLANTED)
    near = hashes[rng.integers(planted, count, planted)]
    for _ in range(6):
        near ^= np.uint64(1) << rng.integers(0, 64, planted, dtype=np.uint64)
    hashes[:planted] = near
    return np.unique(hashes)


def write_photos(folder: Path, count: int) -> LookalikeInputs:
    """Store the tables of `count` photos of one item each; one in a hundred shares its hash."""
    hashes = make_hashes(count)
    rng = np.random.default_rng(2)
    rng.shuffle(hashes)
    shared = len(hashes) // 100
    hashes[:shared] = hashes[-shared:]
    lake = Lake(folder / "lake")
    fingerprints, items = [], []
    for start in range(0, len(hashes), _PORTION):
        part = hashes[start : start + _PORTION]
        keys = _keys(start, len(part))
        month = f"{2000 + start // _PORTION}-01-01"
        digest = pa.array(_digests(start, len(part)), pa.binary(32))
        prints = {
            **keys,
            "month": _repeat(month, len(part)),
            "status": _repeat("ok", len(part)),
            "sha256": digest,
            "phash": pa.array(part),
            "dhash": pa.array(rng.integers(0, 1 << 64, len(part), dtype=np.uint64)),
            "flat": _repeat(False, len(part)),
            "width": _repeat(6000, len(part)),
            "height": _repeat(4000, len(part)),
        }
        fingerprints.append(
            _store(lake, ("identity", "fingerprints"), month, FINGERPRINTS, prints, len(part))
        )
        seconds = pa.array(np.arange(start, start + len(part)) * 60_000_000, pa.timestamp("us"))
        entries = {
            **keys,
            "reader_version": _repeat(1, len(part)),
            "media_kind": _repeat("image", len(part)),
            "file_name": keys["native_id"],
            "capture_time": seconds,
            "capture_kind": _repeat("wall", len(part)),
            "capture_precision": _repeat("second", len(part)),
            "availability": _repeat("online", len(part)),
            "item_digest": digest,
            "month": _repeat(month, len(part)),
            "month_basis": _repeat("capture", len(part)),
        }
        items.append(_store(lake, ("catalog", "folders"), month, ITEMS, entries, len(part)))
    members = {
        **_keys(0, len(hashes)),
        "photo_id": _keys(0, len(hashes))["native_id"],
        "month": _repeat(_MONTH, len(hashes)),
        "sha256": pa.array(_digests(0, len(hashes)), pa.binary(32)),
        "is_master": _repeat(True, len(hashes)),
        "media_kind": _repeat("image", len(hashes)),
        "availability": _repeat("online", len(hashes)),
    }
    return LookalikeInputs(
        members=(_store(lake, photo_table(MEMBERS), _MONTH, MEMBERS, members, len(hashes)),),
        relations=(_store(lake, photo_table(RELATIONS), _MONTH, RELATIONS, {}, 0),),
        fingerprints=tuple(fingerprints),
        items=tuple(items),
        temp_directory=folder / "scratch",
    )


def _keys(start: int, count: int) -> dict[str, pa.Array]:
    names = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(start, start + count)]
    return {
        "source": _repeat("folders", count),
        "catalog": _repeat("nas", count),
        "native_id": pa.array(names),
    }


def _digests(start: int, count: int) -> list[bytes]:
    return [number.to_bytes(32, "big") for number in range(start, start + count)]


def _repeat(value: object, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), count)


def _store(
    lake: Lake,
    asset: tuple[str, str],
    name: str,
    kind: TableKind,
    columns: dict[str, pa.Array],
    count: int,
) -> Path:
    arrays = [
        columns[field.name].cast(field.type)
        if field.name in columns
        else pa.nulls(count, field.type)
        for field in kind.schema
    ]
    return lake.write(asset, name, kind, pa.Table.from_arrays(arrays, schema=kind.schema)).path
