"""JPEG 2000, in JP2 boxes or as a bare codestream: its components are interpreted here.

Pillow 13 shows components deeper than eight bits incorrectly (several: white becomes black; one of
nine: noise), treats every fourth one as transparency, and reads no ICC profile. OpenJPEG decodes,
through Pillow or, for deep components, pylibjpeg-openjpeg. ISO/IEC 15444-1, annexes A and I.
"""

import struct
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
from openjpeg.utils import decode
from PIL import Image

from photo_assets.identity.fingerprints.pictures import Raster, image_of, require_pixels
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.samples import Levels, eight_bits, on_white
from photo_assets.media.exif.boxes import boxes, first
from photo_assets.media.exif.window import Window

CODESTREAM = b"\xff\x4f\xff\x51"
BOXED = b"\0\0\0\x0cjP  \r\n\x87\n"
_CMYK, _SRGB, _GRAY, _SYCC = 12, 16, 17, 18
_COLORS = {_GRAY: 1, _SRGB: 3, _SYCC: 3, _CMYK: 4}
_KINDS = {b"GRAY": _GRAY, b"RGB ": _SRGB, b"CMYK": _CMYK}
_MAX_PROFILE_BYTES = 16 << 20
_OPACITY = {1: False, 2: True}
"""Channel types for opacity; True: the colors are premultiplied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """The components. All have `depth` bits and are unsigned."""

    width: int
    height: int
    components: int
    depth: int
    is_subsampled: bool
    colors: int = _SRGB
    """The enumerated color space."""
    profile: bytes | None = None
    alpha: int | None = None
    """The component that states the opacity of a pixel."""
    associated: bool = False


def decode_jp2(stream: BinaryIO, max_pixels: int) -> Raster:
    """Return the picture. Raises `UndecodableError`, and whatever Pillow raises on damage."""
    layout = _layout(Window(stream))
    require_pixels(layout.width * layout.height, max_pixels)
    count = _COLORS[layout.colors]
    if layout.is_subsampled and layout.colors != _SYCC:
        raise _refused("components of different sizes")
    stored = _stored(stream, layout)
    shown = eight_bits(stored[:, :, :count], layout.depth)
    if layout.alpha is not None and layout.alpha < layout.components:
        alpha = eight_bits(stored[:, :, layout.alpha : layout.alpha + 1], layout.depth)
        shown = on_white(shown, alpha, associated=layout.associated)
    return Raster(image_of(shown), "openjpeg", profile=layout.profile)


def _stored(stream: BinaryIO, layout: _Layout) -> Levels:
    """Return the components as stored, height x width x components."""
    stream.seek(0)
    if layout.depth <= 8:
        image = Image.open(stream, formats=["JPEG2000"])
        image.load()
        shifted = np.atleast_3d(np.asarray(image))
        # Pillow moves the bits of a component to the upper end of its own eight (or sixteen).
        return np.asarray(shifted >> (8 * shifted.itemsize - layout.depth))
    if layout.colors == _SYCC or layout.components not in {1, 3, 4}:
        raise _refused(f"{layout.components} components of {layout.depth} bits in this color space")
    levels: Levels = np.atleast_3d(decode(stream))
    if levels.dtype != np.uint16 or levels.shape[2] != layout.components:
        detail = "The decoded JPEG 2000 picture does not match its header."
        raise UndecodableError(Reason.DECODE_ERROR, detail)
    return levels


def _layout(window: Window) -> _Layout:
    if window.at(0, 4) == CODESTREAM:
        found = _components(window)
        colors = {1: _GRAY, 2: _GRAY, 3: _SRGB}.get(found.components)
        if colors is None:
            raise _refused(f"{found.components} unnamed components")
        return replace(found, colors=colors)
    header, codestream = first(window, b"jp2h"), first(window, b"jp2c")
    if header is None or codestream is None:
        raise UndecodableError(Reason.DECODE_ERROR, "The JPEG 2000 file has no header or pixels.")
    found = _components(codestream.body)
    # The first of several color specifications is used (annex I.5.3.3).
    children = {box.kind: box.data(_MAX_PROFILE_BYTES) for box in reversed([*boxes(header.body)])}
    if b"pclr" in children:
        raise _refused("a palette")
    colors, profile = _colors(children.get(b"colr", b""))
    if _COLORS[colors] > found.components:
        raise _refused(f"{found.components} components, too few for the color space")
    alpha, associated = _opacity(children.get(b"cdef", b""))
    return replace(found, colors=colors, profile=profile, alpha=alpha, associated=associated)


def _components(codestream: Window) -> _Layout:
    """Read the marker segment SIZ."""
    head = codestream.at(2, 16384)
    if len(head) < 40 or head[:2] != b"\xff\x51":
        raise UndecodableError(Reason.DECODE_ERROR, "The JPEG 2000 codestream has no header.")
    right, bottom, left, top = struct.unpack(">4I", head[6:22])
    count = int.from_bytes(head[38:40])
    each = [head[40 + 3 * n : 43 + 3 * n] for n in range(count)]
    depths = {part[0] for part in each if len(part) == 3}
    if len(depths) != 1 or (depth := depths.pop() + 1) > 16:
        raise _refused(
            "signed components, components over 16 bits, or components of different depths"
        )
    return _Layout(
        width=max(0, right - left),
        height=max(0, bottom - top),
        components=count,
        depth=depth,
        is_subsampled=any(part[1:] != b"\1\1" for part in each),
    )


def _colors(specification: bytes) -> tuple[int, bytes | None]:
    """Read the box `colr`: an enumerated space, or an ICC profile, which states its own kind."""
    method, content = specification[:1], specification[3:]
    if method == b"\1" and int.from_bytes(content[:4]) in _COLORS:
        return int.from_bytes(content[:4]), None
    kind = _KINDS.get(content[16:20])
    if method in {b"\2", b"\3"} and kind is not None:
        return kind, content
    raise _refused("an unsupported color space")


def _opacity(definitions: bytes) -> tuple[int | None, bool]:
    """Read the box `cdef`: which component states the opacity of all colors."""
    for at in range(2, len(definitions) - 5, 6):
        channel, kind, of = struct.unpack(">3H", definitions[at : at + 6])
        if kind in _OPACITY and of == 0:
            return channel, _OPACITY[kind]
    return None, False


def _refused(what: str) -> UndecodableError:
    return UndecodableError(Reason.DECODE_ERROR, f"JPEG 2000 with {what} is not supported.")
