"""Pictures and item tables built for the fingerprint tests."""

import os
import struct
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets.identity.fingerprints.run import FingerprintRun, fingerprint_items
from photo_assets.model.item import Item
from photo_assets.model.media import media_of
from photo_assets.model.names import to_text
from photo_assets.model.rows import items_to_table

OPTIONS = FingerprintOptions(threads=1, max_seconds=30)
TWO_WORKERS = replace(OPTIONS, threads=2)
"""For tests of interactions between workers; starting one takes a quarter of a second."""
BLIND = replace(OPTIONS, max_pixels=1)
"""A run that can decode nothing: any hashes it returns were known before."""


def scene(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    """A smooth colorful picture, unique to its seed."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def photo(folder: Path, name: str, seed: int, **save: Any) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    scene(seed).save(path, **save)
    return path


def rewrite(path: Path) -> None:
    """Change a JPEG's stated resolution in place as `exiftool -P` does: size, time, inode stay."""
    before = path.stat()
    with path.open("r+b") as stream:
        head = stream.read(16)
        assert head[6:10] == b"JFIF"
        stream.seek(15)
        stream.write(bytes([head[15] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (
        before.st_size,
        before.st_mtime_ns,
        before.st_ino,
    )


def even_png(width: int, height: int, *, complete: bool = True) -> bytes:
    """A black PNG; not `complete`: only its header, whatever the stated size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    packer = zlib.compressobj(1)
    rows = height if complete else 1
    line = bytes(width + 1)
    pixels = b"".join(packer.compress(line) for _ in range(rows)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def item_of(file: Path, native_id: str | None = None, /, **fields: Any) -> Item:
    """The item that a folder reader creates for a file."""
    state = file.stat()
    media_type, kind = media_of(file.name)
    text = to_text(os.fspath(file))
    item = Item(
        source="folders",
        catalog="test",
        native_id=native_id or text,
        reader_version=1,
        path=text,
        file_size=state.st_size,
        file_mtime_ns=state.st_mtime_ns,
        file_ctime_ns=state.st_ctime_ns,
        file_inode=state.st_ino,
        media_type=media_type,
        media_kind=kind,
    )
    return replace(item, **fields)


def table_of(items: Iterable[Item]) -> pa.Table:
    return items_to_table(items, date(2026, 1, 1))


def run(
    items: Iterable[Item], cache: FingerprintCache, options: FingerprintOptions = OPTIONS
) -> FingerprintRun:
    result = fingerprint_items(table_of(items), cache, options)
    counted = result.computed + result.cached + result.unavailable + result.failed
    assert result.found == counted
    return result


def rows(result: FingerprintRun) -> dict[str, dict[str, Any]]:
    return {row["native_id"]: row for row in result.table.to_pylist()}
