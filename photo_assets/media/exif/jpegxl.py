"""The beginning of a JPEG XL codestream (ISO 18181-1): its size, and how it is to be turned.

The boxes around a codestream belong to `jpeg2000`.
"""

from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.window import Window

SIGNATURE = b"\xff\x0a"

# Bits of a dimension by its two bits of class, and width to height by three bits of ratio.
_BITS = (9, 13, 18, 30)
_RATIOS = (None, (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
HEADER_BYTES = 2 + 12


def bare_codestream(window: Window) -> Parts:
    """Return the parts of a codestream without boxes, which has no room for metadata."""
    width, height, orientation = codestream(window.at(0, HEADER_BYTES)) or (None, None, None)
    return Parts(width=width, height=height, orientation=orientation)


def codestream(data: bytes) -> tuple[int, int, int] | None:
    """Return width and height as stored, and the orientation, of the first bytes of a codestream.

    A decoder turns the picture by this orientation, which has EXIF's values, and EXIF's own is for
    information (annex A of the standard). None when the bytes are not beginning of a codestream.
    """
    if data[:2] != SIGNATURE or len(data) < HEADER_BYTES:
        return None
    bits = Bits(data[2:])
    width, height = read_size(bits)
    all_default = bits.take(1) == 1
    has_more = not all_default and bits.take(1) == 1
    return width, height, bits.take(3) + 1 if has_more else 1


def read_size(bits: "Bits") -> tuple[int, int]:
    """Return the next width and height."""
    is_small = bits.take(1) == 1
    height = _side(bits, is_small)
    ratio = _RATIOS[bits.take(3)]
    width = _side(bits, is_small) if ratio is None else height * ratio[0] // ratio[1]
    return width, height


def _side(bits: "Bits", is_small: bool) -> int:
    return (bits.take(5) + 1) * 8 if is_small else bits.take(_BITS[bits.take(2)]) + 1


class Bits:
    """Numbers one after another, the lowest bit first; past the end they are 0."""

    def __init__(self, data: bytes) -> None:
        self._rest = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        """Return the number in the next `count` bits."""
        value = self._rest & (1 << count) - 1
        self._rest >>= count
        return value
