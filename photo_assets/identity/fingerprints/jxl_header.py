"""Reading the color encoding of a JPEG XL codestream (ISO/IEC 18181-1, annex D) without decoding.

The decoder returns pixels in the picture's original color space and does not report that space,
unless it is an ICC profile.
"""

from dataclasses import dataclass

from photo_assets.identity.fingerprints.rgb_spaces import (
    CORNERS,
    WHITE,
    RgbSpace,
    space_of,
    space_of_gamma,
)
from photo_assets.media.exif.boxes import boxes
from photo_assets.media.exif.jpegxl import SIGNATURE, Bits, read_size
from photo_assets.media.exif.window import Window

BOXED = b"\0\0\0\x0cJXL \r\n\x87\n"
_CODESTREAMS = {b"jxlc": 0, b"jxlp": 4}  # complete, and in numbered parts
_MAX_HEADER_BYTES = 2048
_GRAY, _XYB = 1, 2
_CUSTOM = 2
_WHITES = {1: WHITE, 10: (1 / 3, 1 / 3), 11: (0.314, 0.351)}
_SPOT, _BLACK, _CFA = 2, 4, 5

_Ways = tuple[tuple[int, int], ...]
_PREVIEW_SIDE: _Ways = ((1, 6), (65, 8), (321, 10), (1345, 12))
_PREVIEW_EIGHTHS: _Ways = ((16, 0), (32, 0), (1, 5), (33, 9))
_ANIMATION: tuple[_Ways, ...] = (
    ((100, 0), (1000, 0), (1, 10), (1, 30)),
    ((1, 0), (1001, 0), (1, 8), (1, 10)),
    ((0, 0), (0, 3), (0, 16), (0, 32)),
)
_ENUM: _Ways = ((0, 0), (1, 0), (2, 4), (18, 6))
_COUNT: _Ways = ((0, 0), (1, 0), (2, 4), (1, 12))
_NAME: _Ways = ((0, 0), (0, 4), (16, 5), (48, 10))
_CUSTOM_XY: _Ways = ((0, 19), (524288, 19), (1048576, 20), (2097152, 21))


@dataclass(frozen=True, slots=True, kw_only=True)
class JxlHeader:
    """The colors of a picture."""

    space: RgbSpace | None = None
    """The stated space, None if it is sRGB or not stated."""
    has_profile: bool = False
    """Whether an ICC profile states them."""
    is_xyb: bool = True
    """Whether the coded colors are XYB, whatever the decoder returns."""
    has_black: bool = False
    """Whether there is a black ink channel."""
    is_animated: bool = False


def jxl_header(window: Window) -> JxlHeader:
    """Return the header of a codestream, bare or in boxes. Raises ValueError if there is none.

    Sizes, preview, spot colors and similar fields are skipped.
    """
    data = window.at(0, _MAX_HEADER_BYTES)
    if not data.startswith(SIGNATURE):
        parts = [box for box in boxes(window) if box.kind in _CODESTREAMS]
        bodies = (box.body.at(_CODESTREAMS[box.kind], _MAX_HEADER_BYTES) for box in parts[:9])
        data = b"".join(bodies)
    if not data.startswith(SIGNATURE):
        raise ValueError("The JPEG XL file has no codestream.")
    return _header(Bits(data[len(SIGNATURE) : _MAX_HEADER_BYTES]))


def _choice(bits: Bits, ways: _Ways) -> int:
    """Return U32 (annex B): two bits select the pair of (number to add, further bits)."""
    added, count = ways[bits.take(2)]
    return added + bits.take(count)


def _header(bits: Bits) -> JxlHeader:
    read_size(bits)
    if bits.take(1):  # all default
        return JxlHeader()
    is_animated = bits.take(1) == 1 and _extra_fields(bits)
    _skip_depth(bits)
    bits.take(1)
    kinds = [_extra_channel(bits) for _ in range(_choice(bits, _COUNT))]
    is_xyb = bits.take(1) == 1
    space, has_profile = _colors(bits)
    return JxlHeader(
        space=space,
        has_profile=has_profile,
        is_xyb=is_xyb,
        has_black=_BLACK in kinds,
        is_animated=is_animated,
    )


def _extra_fields(bits: Bits) -> bool:
    """Skip orientation, sizes and preview; return whether it is an animation."""
    bits.take(3)
    if bits.take(1):
        read_size(bits)
    if bits.take(1):
        ways = _PREVIEW_EIGHTHS if bits.take(1) else _PREVIEW_SIDE
        _choice(bits, ways)
        if not bits.take(3):
            _choice(bits, ways)
    if not bits.take(1):
        return False
    for ways in _ANIMATION:
        _choice(bits, ways)
    bits.take(1)
    return True


def _skip_depth(bits: Bits) -> None:
    if bits.take(1):
        _choice(bits, ((32, 0), (16, 0), (24, 0), (1, 6)))
        bits.take(4)
    else:
        _choice(bits, ((8, 0), (10, 0), (12, 0), (1, 6)))


def _extra_channel(bits: Bits) -> int:
    """Return the type of an extra channel."""
    if bits.take(1):
        return 0
    kind = _choice(bits, _ENUM)
    _skip_depth(bits)
    _choice(bits, ((0, 0), (3, 0), (4, 0), (1, 3)))
    for _ in range(_choice(bits, _NAME)):
        bits.take(8)
    if kind == 0:
        bits.take(1)
    elif kind == _SPOT:
        bits.take(64)
    elif kind == _CFA:
        _choice(bits, ((1, 0), (0, 2), (3, 4), (19, 8)))
    return kind


def _colors(bits: Bits) -> tuple[RgbSpace | None, bool]:
    """Return the stated space, and whether it is stated by a profile."""
    if bits.take(1):
        return None, False
    has_profile, kind = bits.take(1) == 1, _choice(bits, _ENUM)
    if has_profile or kind == _XYB:
        return None, has_profile
    code = _choice(bits, _ENUM)
    white = _xy(bits) if code == _CUSTOM else _WHITES.get(code, WHITE)
    corners = CORNERS[1]
    if kind != _GRAY:
        code = _choice(bits, _ENUM)
        custom = [n for _ in range(3) for n in _xy(bits)] if code == _CUSTOM else None
        corners = tuple(custom) if custom else CORNERS.get(code, corners)
    if bits.take(1):
        gamma = bits.take(24) / 1e7
        return space_of_gamma(gamma, (*white, *corners)), False
    transfer = _choice(bits, _ENUM)
    return space_of((*corners, *white), transfer), False


def _xy(bits: Bits) -> tuple[float, float]:
    packed = [_choice(bits, _CUSTOM_XY) for _ in range(2)]
    x, y = (((n >> 1) ^ -(n & 1)) / 1e6 for n in packed)
    return x, y
