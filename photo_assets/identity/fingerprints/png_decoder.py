"""PNG: decoding with Pillow from only the chunks that the pixels need (PNG, third edition).

So damaged or oversized text, EXIF and other chunks cannot make the picture fail. The color chunks
(iCCP, cICP, sRGB, gAMA, cHRM, tRNS) are read here.
"""

import io
import struct
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from PIL import Image

from photo_assets.identity.fingerprints.pictures import Pixels, Raster, require_pixels
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.rgb_spaces import (
    RgbSpace,
    primaries_of,
    space_of,
    space_of_gamma,
)
from photo_assets.identity.fingerprints.samples import eight_bits

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NO_END_CHUNK = "The file ends without its end chunk (IEND); the picture before it is complete."
_COLOR_CHUNKS = frozenset({b"iCCP", b"cICP", b"sRGB", b"gAMA", b"cHRM"})
_MAX_COLOR_BYTES = 16 << 20
_GRAY, _RGB = 0, 2


@dataclass(slots=True)
class _Png:
    """The chunks of the picture."""

    kept: list[bytes] = field(default_factory=lambda: [SIGNATURE])
    colors: dict[bytes, bytes] = field(default_factory=dict)
    header: bytes = b""
    transparent: bytes = b""
    has_end: bool = False

    @property
    def depth(self) -> int:
        return self.header[8]

    @property
    def kind(self) -> int:
        """PNG's color type."""
        return self.header[9]


def decode_png(stream: BinaryIO, max_pixels: int) -> Raster:
    """Return the picture; for an animation, the one shown by programs without animation support.

    Raises `UndecodableError`, and Pillow's errors on damaged pixels.
    """
    png = _chunks(stream)
    if len(png.header) < 13:
        raise UndecodableError(Reason.DECODE_ERROR, "The PNG has no header chunk.")
    require_pixels(int.from_bytes(png.header[:4]) * int.from_bytes(png.header[4:8]), max_pixels)
    content = b"".join(png.kept)
    if png.transparent and png.depth == 16 and png.kind == _RGB:
        image = _deep_on_white(content, png)
    else:
        image = Image.open(io.BytesIO(content), formats=["PNG"])
        image.load()
        if png.transparent and png.kind == _GRAY and png.depth != 8:
            image = _gray_on_white(image, png)
    profile, space = _colors(png.colors)
    indexed = image.mode in {"P", "PA"}
    damage = None if png.has_end else NO_END_CHUNK
    return Raster(image, "pillow:png", profile=profile, space=space, indexed=indexed, damage=damage)


def _chunks(stream: BinaryIO) -> _Png:
    """Split the file into chunks. Decoding the pixels detects truncation."""
    png = _Png()
    stream.seek(len(SIGNATURE))
    while len(head := stream.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        is_critical = not kind[0] & 0x20
        if is_critical or kind == b"tRNS":
            png.kept += [head, body := stream.read(length + 4)]
            if kind == b"IHDR" and not png.header:
                png.header = body[:-4]
            elif kind == b"tRNS":
                png.transparent = body[:-4]
        elif kind in _COLOR_CHUNKS and length <= _MAX_COLOR_BYTES:
            png.colors.setdefault(kind, stream.read(length + 4)[:-4])
        else:
            stream.seek(length + 4, io.SEEK_CUR)
        if kind == b"IEND":
            png.has_end = True
            break
    return png


def _colors(chunks: dict[bytes, bytes]) -> tuple[bytes | None, RgbSpace | None]:
    """Return the ICC profile or the stated space: cICP, else iCCP, else sRGB, else gAMA."""
    cicp = chunks.get(b"cICP", b"")
    if len(cicp) == 4 and cicp[2] == 0 and cicp[3] == 1:
        return None, space_of(primaries_of(cicp[0]), cicp[1])
    profile = _profile(chunks.get(b"iCCP", b""))
    if profile is not None or b"sRGB" in chunks or len(chunks.get(b"gAMA", b"")) != 4:
        return profile, None
    gamma = int.from_bytes(chunks[b"gAMA"]) / 100_000
    corners = chunks.get(b"cHRM", b"")
    xy = [n / 100_000 for n in struct.unpack(">8I", corners)] if len(corners) == 32 else None
    return None, space_of_gamma(gamma, xy)


def _profile(chunk: bytes) -> bytes | None:
    _, _, rest = chunk.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(rest[1:], _MAX_COLOR_BYTES) or None
    except zlib.error:
        return None


def _gray_on_white(image: Image.Image, png: _Png) -> Image.Image:
    """Show a gray picture with a transparent level stated in its own depth, not in 8 bits."""
    level = int.from_bytes(png.transparent[:2])
    if png.depth < 8:
        level = level * 255 // ((1 << png.depth) - 1)
    stored = np.asarray(image.convert("L") if image.mode == "1" else image)
    shown = np.where(stored == level, 255, eight_bits(stored, 16 if png.depth == 16 else 8))
    return Image.fromarray(shown.astype(np.uint8))


def _deep_on_white(content: bytes, png: _Png) -> Image.Image:
    """Show 16-bit colors with a transparent one: all sixteen bits are compared.

    Pillow keeps the upper byte of each sample; with reversed byte order it keeps the lower one.
    """
    upper, lower = (_bytes_of_samples(content, order) for order in ("RGB;16B", "RGB;16L"))
    stored = upper.astype(np.uint16) << 8 | lower
    level = np.frombuffer(png.transparent[:6], ">u2")
    shown = eight_bits(stored, 16)
    shown[(stored == level).all(axis=2)] = 255
    return Image.fromarray(shown)


def _bytes_of_samples(content: bytes, order: str) -> Pixels:
    image = Image.open(io.BytesIO(content), formats=["PNG"])
    image.tile = [part._replace(args=order) for part in image.tile]
    image.load()
    return np.asarray(image)
