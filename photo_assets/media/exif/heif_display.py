"""Display properties of a HEIF picture: `clap`, `irot`, `imir` and `colr`, in their order.

ISO 23008-12, 6.5: transformative properties apply in the order in which an item lists them. `heif`
finds the properties.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from photo_assets.media.exif.boxes import Box

# orientation -> (axes exchanged, sign of x, sign of y), from the stored to the displayed picture.
_TURNS = {
    1: (False, 1, 1), 2: (False, -1, 1), 3: (False, -1, -1), 4: (False, 1, -1),
    5: (True, 1, 1), 6: (True, -1, 1), 7: (True, -1, -1), 8: (True, 1, -1),
}  # fmt: skip
_ORIENTATIONS = {turn: orientation for orientation, turn in _TURNS.items()}
_QUARTERS = (1, 8, 3, 6)  # irot counts counter-clockwise
_MIRRORS = (4, 2)  # imir: 0 exchanges top and bottom, 1 left and right

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom, pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How to display the primary picture."""

    size: tuple[int, int] | None = None
    """Width and height as coded, pixels."""
    crop: Rectangle | None = None
    """The displayed part of the coded picture, before rotation; None: all of it."""
    orientation: int = 1
    """As an EXIF orientation, 1 to 8."""
    code_points: tuple[int, int] | None = None
    """Color primaries and transfer characteristics of ITU-T H.273, where `colr` states them."""

    @property
    def shown_size(self) -> tuple[int, int] | None:
        """Width and height of the displayed part, before rotation."""
        if self.crop is None:
            return self.size
        left, top, right, bottom = self.crop
        return right - left, bottom - top


def display(properties: Iterable[Box]) -> Display:
    """Return the combined properties of an item."""
    size: tuple[int, int] | None = None
    crop: Rectangle | None = None
    orientation = 1
    code_points: tuple[int, int] | None = None
    for box in properties:
        data = box.data(64)
        if box.kind == b"ispe" and len(data) >= 12:
            stated = int.from_bytes(data[4:8]), int.from_bytes(data[8:12])
            size = stated if all(stated) else None
        elif box.kind == b"irot" and data:
            orientation = _then(orientation, _QUARTERS[data[0] & 3])
        elif box.kind == b"imir" and data:
            orientation = _then(orientation, _MIRRORS[data[0] & 1])
        elif box.kind == b"clap" and size is not None and len(data) >= 32:
            crop = _cropped(data, crop or (0, 0, *size), orientation) or crop
        elif box.kind == b"colr" and data[:4] == b"nclx" and len(data) >= 8:
            code_points = int.from_bytes(data[4:6]), int.from_bytes(data[6:8])
    return Display(size=size, crop=crop, orientation=orientation, code_points=code_points)


def _then(first: int, second: int) -> int:
    """Return the orientation of two orientations applied in sequence."""
    swapped, x, y = _TURNS[first]
    swaps, across, down = _TURNS[second]
    return _ORIENTATIONS[swapped != swaps, across * (y if swaps else x), down * (x if swaps else y)]


def _cropped(data: bytes, whole: Rectangle, orientation: int) -> Rectangle | None:
    """Return the part of `whole` inside a clean aperture, None for an invalid one.

    ISO 14496-12, 12.1.4: the size, and the offset of its center from the picture's center, each a
    fraction, in the picture as rotated so far.
    """
    numbers = [int.from_bytes(data[n : n + 4], signed=True) for n in range(0, 32, 4)]
    if min(numbers[1::2]) <= 0:
        return None
    wide, tall, right, down = (
        top / bottom for top, bottom in zip(numbers[::2], numbers[1::2], strict=True)
    )
    swapped, x, y = _TURNS[orientation]
    size = whole[2] - whole[0], whole[3] - whole[1]
    across = _span(wide, right * x, size[1] if swapped else size[0])
    along = _span(tall, down * y, size[0] if swapped else size[1])
    if swapped:
        across, along = along, across
    if across[0] >= across[1] or along[0] >= along[1]:
        return None
    return whole[0] + across[0], whole[1] + along[0], whole[0] + across[1], whole[1] + along[1]


def _span(length: float, offset: float, whole: int) -> tuple[int, int]:
    start = round(offset + (whole - length) / 2)
    return max(0, start), min(whole, start + round(length))
