"""Months of `vault/thumbnails`: which blobs have thumbnails on disk, and which do not.

Thumbnails are drawn while fingerprints are computed, from the same decoded picture. This module
counts them and has missing ones (deleted, or disabled at that time) drawn by a function it is
given.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.lake import Lake, Snapshot, StoredTables, Written
from photo_assets.lake.currency import INPUTS, intact_footer, is_current
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.tables import FINGERPRINTS, THUMBNAILS
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree

ASSET = ("vault", "thumbnails")
_SOURCE = ("identity", "fingerprints")
_COLUMNS = ("source", "catalog", "native_id", "sha256", "status", "reason", "phash")

_KEYS = pa.schema([(name, pa.string()) for name in ("source", "catalog", "native_id")])

Draw = Callable[[pa.Table], None]
"""Called with source, catalog and native id of one item per blob to draw."""


@dataclass(frozen=True, slots=True)
class ThumbnailMonth:
    """One month: the stored table, counts by status, the number drawn in this run, the version."""

    written: Written
    counts: Mapping[str, int]
    newly_drawn: int
    bytes: int
    version: str


def input_digest(lake: StoredTables, tree: ThumbnailTree, month: str, *, off: bool = False) -> str:
    """Return the digest of the inputs of a month of thumbnails. `off`: none are drawn."""
    made_from = [str(tree.root), lake.digest(_SOURCE, month)]
    return inputs_digest([*made_from, "off"] if off else made_from)


def due_months(lake: Lake, tree: ThumbnailTree, *, off: bool = False) -> list[str]:
    """Return the months whose fingerprints, or whose settings, changed, oldest first."""
    tables = Snapshot.of(lake)
    return [month for month in all_months(tables) if _is_due(tables, tree, month, off)]


def all_months(lake: StoredTables) -> list[str]:
    """Return the months that have fingerprints, or thumbnails, oldest first."""
    return sorted({*lake.names(_SOURCE), *lake.names(ASSET)})


def incomplete_months(lake: Lake, tree: ThumbnailTree) -> list[str]:
    """Return the months with recorded thumbnails that are gone. Checks every file."""
    return [month for month in lake.names(ASSET) if _is_incomplete(lake, tree, month)]


def count_missing(lake: Lake) -> tuple[int, dict[str, int]]:
    """Return the number of pictures, and month -> number of missing thumbnails where not zero."""
    rows, missing = 0, {}
    for month in lake.names(ASSET):
        status = lake.read(ASSET, month, THUMBNAILS, ("status",))["status"]
        rows += len(status)
        count = pc.sum(pc.equal(status, "missing")).as_py() or 0
        if count:
            missing[month] = count
    return rows, missing


def make_month(lake: Lake, tree: ThumbnailTree, month: str, draw: Draw | None) -> ThumbnailMonth:
    """Store which thumbnails the blobs of `month` have, drawing the missing ones.

    `draw` None draws nothing: thumbnails are disabled, and existing ones are counted.
    """
    inputs = input_digest(lake, tree, month, off=draw is None)
    pictures = _pictures(lake, month)
    sizes = [_sizes(tree, row["sha256"]) for row in pictures]
    absent = [row for row, found in zip(pictures, sizes, strict=True) if _wants(row, found)]
    if absent and draw is not None:
        draw(pa.Table.from_pylist(absent, schema=_KEYS))
        sizes = [_sizes(tree, row["sha256"]) for row in pictures]
    rows = [_row(row, month, found) for row, found in zip(pictures, sizes, strict=True)]
    table = pa.Table.from_pylist(rows, schema=THUMBNAILS.schema)
    written = lake.write(ASSET, month, THUMBNAILS, table, extra={INPUTS: inputs})
    counts = {v["values"]: v["counts"] for v in pc.value_counts(table["status"]).to_pylist()}
    still = sum(_wants(row, found) for row, found in zip(pictures, sizes, strict=True))
    total = sum(pc.sum(table[f"{size}_bytes"]).as_py() or 0 for size in ThumbnailSize)
    version = hashlib.sha256(f"{inputs}:{written.digest}".encode()).hexdigest()
    return ThumbnailMonth(written, counts, len(absent) - still, total, version)


def _pictures(lake: Lake, month: str) -> list[dict[str, object]]:
    """Return one row per blob that is, or should be, a picture, ordered by digest."""
    table = lake.read(_SOURCE, month, FINGERPRINTS, _COLUMNS)
    picture = pc.and_(
        table["sha256"].is_valid(),
        pc.or_(table["phash"].is_valid(), pc.equal(table["status"], "undecodable")),
    )
    found: dict[object, dict[str, object]] = {}
    for row in table.filter(picture).sort_by("status").to_pylist():
        found.setdefault(row["sha256"], row)
    return [found[key] for key in sorted(found, key=str)]


def _wants(row: Mapping[str, object], sizes: Mapping[str, int] | None) -> bool:
    return row["phash"] is not None and sizes is None


def _sizes(tree: ThumbnailTree, sha256: object) -> dict[str, int] | None:
    """Return the sizes of a blob's thumbnails, bytes; None unless all exist."""
    assert isinstance(sha256, bytes)
    sizes = {}
    for size in ThumbnailSize:
        try:
            found = tree.path(size, sha256).stat().st_size
        except OSError:
            return None
        if found == 0:  # a crash can leave an unrecorded file empty
            return None
        sizes[f"{size}_bytes"] = found
    return sizes


def _row(
    row: Mapping[str, object], month: str, sizes: Mapping[str, int] | None
) -> dict[str, object]:
    base = {"sha256": row["sha256"], "month": month}
    if row["phash"] is None:
        return {**base, "status": "undecodable", "reason": row["reason"]}
    if sizes is None:
        return {**base, "status": "missing", "reason": "not drawn"}
    return {**base, "status": "drawn", **sizes}


def _is_due(lake: StoredTables, tree: ThumbnailTree, month: str, off: bool) -> bool:
    if intact_footer(lake, _SOURCE, month) is None:
        return False
    inputs = input_digest(lake, tree, month, off=off)
    return not is_current(lake, ASSET, month, THUMBNAILS, inputs)


def _is_incomplete(lake: Lake, tree: ThumbnailTree, month: str) -> bool:
    if intact_footer(lake, ASSET, month) is None:
        return False
    table = lake.read(ASSET, month, THUMBNAILS, ("sha256", "status"))
    drawn = table.filter(pc.equal(table["status"], "drawn"))["sha256"].to_pylist()
    return any(_sizes(tree, sha256) is None for sha256 in drawn)
