"""Writing TIFF files of any layout from samples: no library writes all of them."""

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

BYTE, SHORT, LONG = 1, 3, 4
NONE, LZW, DEFLATE, OLD_DEFLATE, PACKBITS = 1, 5, 8, 32946, 32773
MIN_IS_WHITE, MIN_IS_BLACK, RGB, PALETTE, MASK, CMYK, YCBCR = range(7)
CIELAB, ICCLAB = 8, 9
UNSIGNED, SIGNED, FLOAT = 1, 2, 3


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The layout of a picture's samples in the file."""

    photometric: int = RGB
    bits: int = 8
    sample_format: int = UNSIGNED
    extra: tuple[int, ...] = ()
    order: str = "<"
    planar: int = 1
    compression: int = NONE
    predictor: int = 1
    fill_order: int = 1
    rows_per_strip: int = 7
    tile: tuple[int, int] | None = None
    big: bool = False
    tags: Mapping[int, tuple[int, Sequence[int]]] = field(default_factory=dict)


def write(samples: npt.NDArray[Any], layout: Layout) -> bytes:
    """Return a TIFF 6.0 (or BigTIFF) of `samples`, height x width x samples, unscaled."""
    height, width, count = samples.shape
    planes = [samples] if layout.planar == 1 else [samples[:, :, n : n + 1] for n in range(count)]
    chunks = [_packed(part, layout) for plane in planes for part in _parts(plane, layout)]
    tags: dict[int, tuple[int, Sequence[int]]] = {
        256: (LONG, [width]),
        257: (LONG, [height]),
        258: (SHORT, [layout.bits] * count),
        259: (SHORT, [layout.compression]),
        262: (SHORT, [layout.photometric]),
        266: (SHORT, [layout.fill_order]),
        277: (SHORT, [count]),
        284: (SHORT, [layout.planar]),
        317: (SHORT, [layout.predictor]),
        339: (SHORT, [layout.sample_format] * count),
    }
    if layout.extra:
        tags[338] = (SHORT, layout.extra)
    lengths = [len(chunk) for chunk in chunks]
    if layout.tile is None:
        places, tags[278], tags[279] = 273, (LONG, [layout.rows_per_strip]), (LONG, lengths)
    else:
        places, tags[325] = 324, (LONG, lengths)
        tags[322], tags[323] = (LONG, [layout.tile[1]]), (LONG, [layout.tile[0]])
    tags |= layout.tags
    tags[places] = (LONG, [0] * len(chunks))
    start = len(_file(tags, layout, b""))
    tags[places] = (LONG, [start + sum(lengths[:n]) for n in range(len(chunks))])
    return _file(tags, layout, b"".join(chunks))


def _parts(plane: npt.NDArray[Any], layout: Layout) -> list[npt.NDArray[Any]]:
    height, width, count = plane.shape
    if layout.tile is None:
        step = layout.rows_per_strip
        return [plane[y : y + step] for y in range(0, height, step)]
    tall, wide = layout.tile
    parts = []
    for y in range(0, height, tall):
        for x in range(0, width, wide):
            part = np.zeros((tall, wide, count), plane.dtype)
            inside = plane[y : y + tall, x : x + wide]
            part[: inside.shape[0], : inside.shape[1]] = inside
            parts.append(part)
    return parts


def _packed(part: npt.NDArray[Any], layout: Layout) -> bytes:
    if layout.predictor == 2:
        part = np.concatenate([part[:, :1], part[:, 1:] - part[:, :-1]], axis=1)
    rows = part.reshape(part.shape[0], -1)
    if layout.bits % 8 == 0:
        levels = rows.astype(f"{layout.order}{rows.dtype.kind}{layout.bits // 8}")
        data = [row.tobytes() for row in levels]
        if layout.predictor == 3:
            data = [_float_predicted(row, layout.bits // 8, part.shape[2]) for row in levels]
    else:
        shifts = np.arange(layout.bits - 1, -1, -1)
        bits = (rows.astype(np.int64)[:, :, None] >> shifts & 1).astype(np.uint8)
        data = [np.packbits(row.ravel()).tobytes() for row in bits]
    packed = _COMPRESSORS[layout.compression](data)
    if layout.fill_order == 2:
        packed = np.packbits(
            np.unpackbits(np.frombuffer(packed, np.uint8)), bitorder="little"
        ).tobytes()
    return packed


def _float_predicted(row: npt.NDArray[Any], size: int, count: int) -> bytes:
    """Adobe Photoshop TIFF Technical Note 3: the bytes of a row by significance, differenced."""
    big = np.frombuffer(row.astype(row.dtype.newbyteorder(">")).tobytes(), np.uint8)
    sorted_ = big.reshape(-1, size).T.ravel().copy()
    sorted_[count:] -= sorted_[:-count].copy()
    return sorted_.tobytes()


def _lzw(rows: list[bytes]) -> bytes:
    """TIFF 6.0, section 13, with a table that is cleared often instead of growing to its limit."""
    out: list[str] = []
    table: dict[bytes, int] = {}
    word, size = b"", 0
    for byte in b"".join(rows):
        if not table or size >= 4093:
            if word:
                out.append(format(table[word], f"0{_width(size)}b"))
            out.append(format(256, "09b" if not table else f"0{_width(size + 1)}b"))
            table, size, word = {bytes([n]): n for n in range(256)}, 258, b""
        longer = word + bytes([byte])
        if longer in table:
            word = longer
            continue
        out.append(format(table[word], f"0{_width(size)}b"))
        table[longer], size, word = size, size + 1, bytes([byte])
    out.append(format(table[word], f"0{_width(size)}b"))
    out.append(format(257, f"0{_width(size + 1)}b"))
    text = "".join(out)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8)


def _width(size: int) -> int:
    return max(9, min(12, size.bit_length()))


def packbits(rows: list[bytes]) -> bytes:
    """Apple's PackBits, each row separately: runs where they exist, otherwise literals."""
    out = bytearray()
    for row in rows:
        at = 0
        while at < len(row):
            run = 1
            while run < 128 and at + run < len(row) and row[at + run] == row[at]:
                run += 1
            if run > 2:
                out += bytes([257 - run, row[at]])
                at += run
                continue
            literal = row[at : at + 100]
            out += bytes([len(literal) - 1]) + literal
            at += len(literal)
    return bytes(out)


_COMPRESSORS: dict[int, Callable[[list[bytes]], bytes]] = {
    NONE: b"".join,
    LZW: _lzw,
    DEFLATE: lambda rows: zlib.compress(b"".join(rows)),
    OLD_DEFLATE: lambda rows: zlib.compress(b"".join(rows)),
    PACKBITS: packbits,
}


def _file(tags: dict[int, tuple[int, Sequence[int]]], layout: Layout, behind: bytes) -> bytes:
    order, big = layout.order, layout.big
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HL", 42, 8)
    count, pointer, entry = ("Q", "Q", 20) if big else ("H", "L", 12)
    start = 2 + len(head)
    body = struct.pack(order + count, len(tags))
    room = struct.calcsize("=" + pointer)
    where = start + len(body) + entry * len(tags) + room
    values = b""
    for tag, (kind, numbers) in sorted(tags.items()):
        letter = {BYTE: "B", SHORT: "H", LONG: "L"}[kind]
        data = struct.pack(f"{order}{len(numbers)}{letter}", *numbers)
        if len(data) > room:
            values += bytes(len(values) % 2)
            data, values = struct.pack(order + pointer, where + len(values)), values + data
        body += struct.pack(order + "HH" + pointer, tag, kind, len(numbers)) + data.ljust(
            room, b"\0"
        )
    return mark + head + body + bytes(room) + values + behind


def chroma_units(picture: npt.NDArray[np.uint8], block: tuple[int, int], layout: Layout) -> bytes:
    """A TIFF of units of `block` (across, down) luma samples, one Cb and one Cr (section 21)."""
    wide, tall = block
    height, width, _ = picture.shape
    ycc = np.asarray(Image.fromarray(picture).convert("YCbCr"))
    padded = np.pad(ycc, ((0, -height % tall), (0, -width % wide), (0, 0)), mode="edge")
    down, across = padded.shape[0] // tall, padded.shape[1] // wide
    grid = padded.reshape(down, tall, across, wide, 3)
    luma = grid[..., 0].transpose(0, 2, 1, 3).reshape(down, across, -1)
    chroma = grid[..., 1:].mean(axis=(1, 3)).round().astype(np.uint8)
    rows = np.concatenate([luma, chroma], axis=2).reshape(down, -1)
    data = _COMPRESSORS[layout.compression]([row.tobytes() for row in rows])
    tags: dict[int, tuple[int, Sequence[int]]] = {
        256: (LONG, [width]),
        257: (LONG, [height]),
        258: (SHORT, [8, 8, 8]),
        259: (SHORT, [layout.compression]),
        262: (SHORT, [YCBCR]),
        273: (LONG, [0]),
        277: (SHORT, [3]),
        278: (LONG, [height]),
        279: (LONG, [len(data)]),
        284: (SHORT, [1]),
        530: (SHORT, [wide, tall]),
    }
    tags[273] = (LONG, [len(_file(tags, layout, b""))])
    return _file(tags, layout, data)
