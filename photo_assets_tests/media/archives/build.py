"""Making archives for the tests with Python's own writers, whole and hostile."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_zip(path: Path, entries: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> Path:
    pairs = entries.items() if isinstance(entries, Mapping) else entries
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs:
            info = zipfile.ZipInfo(name, (2024, 6, 1, 12, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def write_tar(path: Path, entries: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> Path:
    pairs = entries.items() if isinstance(entries, Mapping) else entries
    plain = path.name.lower().endswith(".tar")
    with tarfile.open(path, "w") if plain else tarfile.open(path, "w:gz") as archive:
        for name, content in pairs:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def raw_zip(entries: Sequence[tuple[bytes, bytes, int]]) -> bytes:
    """Return a stored zip with exactly these (name bytes, content, flag bits)."""
    out = bytearray()
    directory = bytearray()
    for name, content, flags in entries:
        offset = len(out)
        crc = zlib.crc32(content)
        size = len(content)
        out += struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, flags, 0, 0, 33, crc, size, size, len(name), 0
        )
        out += name + content
        directory += struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02",
            20,
            20,
            flags,
            0,
            0,
            33,
            crc,
            size,
            size,
            len(name),
            0,
            0,
            0,
            0,
            0,
            offset,
        )
        directory += name
    start = len(out)
    out += directory
    out += struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), start, 0
    )
    return bytes(out)
