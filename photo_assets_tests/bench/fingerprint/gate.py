"""The gate before fingerprints are timed: what came out is right, or the times count for nothing."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
from PIL import Image, ImageOps

from photo_assets.identity.fingerprints.options import usable_cores
from photo_assets.model.names import to_text
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree
from photo_assets_tests.bench.figures import GateError
from photo_assets_tests.bench.fingerprint.ours import OurRun

MOST_BITS = 4
"""A perceptual hash from a scaled decode may differ by this from one of the full decode."""
_MOST_LEVELS = 12.0
"""Mean difference of grey levels between a thumbnail and the picture; turned wrongly, it is more."""

Row = dict[str, Any]


def hold_the_gate(run: OurRun, photos: Sequence[Path]) -> None:
    """Check every photo's digests, hash and thumbnails. Raises `GateError` naming the file."""
    rows: dict[str, Row] = {row["path"]: row for row in run.result.table.to_pylist()}
    with ThreadPoolExecutor(usable_cores()) as pool:
        for problem in pool.map(lambda path: _problem(path, rows, run.thumbnails), photos):
            if problem is not None:
                raise GateError(problem)


def _problem(path: Path, rows: dict[str, Row], thumbnails: ThumbnailTree | None) -> str | None:
    row = rows.get(to_text(str(path.absolute())))
    if row is None or row["status"] != "ok":
        return f"{path.name}: no fingerprint"
    content = path.read_bytes()
    for name in ("sha256", "md5", "sha1"):
        if row[name] != hashlib.new(name, content, usedforsecurity=False).digest():
            return f"{path.name}: {name} is wrong"
    with Image.open(path) as image:
        image.draft("L", image.size)  # every pixel, without colour
        upright = ImageOps.exif_transpose(image.convert("L"))
    bits = (int(str(imagehash.phash(upright)), 16) ^ row["phash"]).bit_count()
    if bits > MOST_BITS:
        return f"{path.name}: pHash differs by {bits} bits from that of the full decode"
    if thumbnails is None:
        return None
    return _thumbnail_problem(path, upright, thumbnails, row["sha256"])


def _thumbnail_problem(
    path: Path, upright: Image.Image, thumbnails: ThumbnailTree, sha256: bytes
) -> str | None:
    for size in ThumbnailSize:
        place = thumbnails.path(size, sha256)
        if not place.is_file():
            return f"{path.name}: no {size} thumbnail"
        with Image.open(place) as drawn:
            problem = _drawing_problem(drawn, upright, size)
        if problem is not None:
            return f"{path.name}: the {size} thumbnail {problem}"
    return None


def _drawing_problem(drawn: Image.Image, upright: Image.Image, size: ThumbnailSize) -> str | None:
    if max(drawn.size) != min(size.long_edge, max(upright.size)):
        return f"is {drawn.size[0]} x {drawn.size[1]}"
    if drawn.format != "JPEG" or {"exif", "xmp", "comment", "photoshop"} & set(drawn.info):
        return "is no JPEG without metadata"
    grey = np.asarray(drawn.convert("L").resize((64, 64)), dtype=np.float32)
    wanted = np.asarray(upright.convert("L").resize((64, 64)), dtype=np.float32)
    difference = float(np.abs(grey - wanted).mean())
    if difference > _MOST_LEVELS:
        return f"shows something else (or lies): {difference:.0f} grey levels off"
    return None
