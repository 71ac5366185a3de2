"""HEIC and AVIF files with chosen properties: encoded by libraries, then edited."""

import io
import struct
from collections.abc import Iterable, Iterator
from typing import Any

import pillow_heif
from PIL import Image

Property = tuple[bytes, bytes]
"""The kind of a box and its content."""


def avif(picture: Image.Image, **save: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "AVIF", **{"quality": 100, "subsampling": "4:4:4", **save})
    return stream.getvalue()


def heic(picture: Image.Image, **save: Any) -> bytes:
    pillow_heif.register_heif_opener()
    stream = io.BytesIO()
    picture.save(stream, "HEIF", **{"quality": -1, "chroma": 444, **save})
    return stream.getvalue()


def turn(quarters: int) -> Property:
    """Quarter turns counter-clockwise."""
    return b"irot", bytes([quarters])


def mirror(mode: int) -> Property:
    """0 exchanges top and bottom, 1 left and right."""
    return b"imir", bytes([mode])


def aperture(whole: tuple[int, int], left: int, top: int, width: int, height: int) -> Property:
    """The clean aperture that leaves a rectangle of a picture of size `whole`."""
    right, down = 2 * left + width - whole[0], 2 * top + height - whole[1]
    return b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, right, 2, down, 2)


def code_points(primaries: int, transfer: int) -> Property:
    """Colors in numbers; the matrix is what both encoders use (BT.601, full range)."""
    return b"colr", b"nclx" + struct.pack(">HHHB", primaries, transfer, 6, 0x80)


def with_brand(content: bytes, brand: bytes) -> bytes:
    """The file under another major brand."""
    return content[:8] + brand + content[12:]


def with_properties(content: bytes, added: Iterable[Property], *, without: bytes = b"") -> bytes:
    """The file with extra properties at the end of its primary item, and without one kind."""
    top = dict(_boxes(content))
    meta = top[b"meta"]
    children = dict(_boxes(meta[4:]))
    primary = int.from_bytes(children[b"pitm"][4:6])
    children[b"iprp"] = _listed(children[b"iprp"], primary, [*added], without)
    grown = sum(len(body) + 8 for body in children.values()) + 4 - len(meta)
    children[b"iloc"] = _moved(children[b"iloc"], grown)
    top[b"meta"] = meta[:4] + _joined(children.items())
    return _joined(top.items())


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        yield kind, content[at + 8 : at + length]
        at += length


def _joined(boxes: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join(struct.pack(">I4s", len(body) + 8, kind) + body for kind, body in boxes)


def _listed(iprp: bytes, primary: int, added: list[Property], without: bytes) -> bytes:
    parts = dict(_boxes(iprp))
    known = [*_boxes(parts[b"ipco"])]
    new = range(len(known) + 1, len(known) + len(added) + 1)
    ipma = parts[b"ipma"]
    (count,) = struct.unpack_from(">I", ipma, 4)
    at, out = 8, ipma[:8]
    for _ in range(count):
        item, length = struct.unpack_from(">HB", ipma, at)
        indexes = [*ipma[at + 3 : at + 3 + length]]
        at += 3 + length
        if item == primary:
            indexes = [n for n in indexes if known[(n & 127) - 1][0] != without]
            indexes += [n | 128 for n in new]
        out += struct.pack(">HB", item, len(indexes)) + bytes(indexes)
    return _joined([(b"ipco", _joined([*known, *added])), (b"ipma", out)])


def _moved(iloc: bytes, by: int) -> bytes:
    """The item locations of a file in which everything after `meta` has moved."""
    out = bytearray(iloc)
    version, offset_size, length_size = iloc[0], iloc[4] >> 4, iloc[4] & 15
    base_size, index_size = iloc[5] >> 4, iloc[5] & 15 if version else 0
    (count,) = struct.unpack_from(">H", iloc, 6)
    at = 8
    for _ in range(count):
        method = int.from_bytes(iloc[at + 2 : at + 4]) & 15 if version else 0
        at += 4 + (2 if version else 0)
        base = int.from_bytes(iloc[at : at + base_size])
        if base and not method:
            out[at : at + base_size] = (base + by).to_bytes(base_size)
        at += base_size
        (extents,) = struct.unpack_from(">H", iloc, at)
        at += 2
        for _ in range(extents):
            at += index_size
            offset = int.from_bytes(iloc[at : at + offset_size])
            if not base and not method:
                out[at : at + offset_size] = (offset + by).to_bytes(offset_size)
            at += offset_size + length_size
    return bytes(out)
