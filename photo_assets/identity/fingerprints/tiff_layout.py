"""The sample layout of a TIFF's first picture, from its directory. Nothing is decoded.

TIFF 6.0 and BigTIFF. Unsupported layouts are refused with a reason: misread samples would still
look like a picture.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.identity.fingerprints.samples import SampleFormat
from photo_assets.media.exif.tiff import Directory, Tiff
from photo_assets.media.exif.window import ExifError, Window

_MAX_LIST_BYTES = 8 << 20
_MAX_PROFILE_BYTES = 16 << 20
_PROFILE = 34675
_FLOAT = 3


class Photometric(IntEnum):
    """The meaning of the samples of a pixel (tag 262)."""

    MIN_IS_WHITE = 0
    MIN_IS_BLACK = 1
    RGB = 2
    PALETTE = 3
    SEPARATED = 5
    YCBCR = 6
    CIELAB = 8
    ICCLAB = 9


_CHANNELS = {
    Photometric.MIN_IS_WHITE: 1,
    Photometric.MIN_IS_BLACK: 1,
    Photometric.RGB: 3,
    Photometric.PALETTE: 1,
    Photometric.SEPARATED: 4,
    Photometric.YCBCR: 3,
    Photometric.CIELAB: 3,
    Photometric.ICCLAB: 3,
}


class Alpha(IntEnum):
    """The meaning of the first extra sample (tag 338). Unspecified ones are not transparency."""

    NONE = 0
    ASSOCIATED = 1
    UNASSOCIATED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TiffLayout:
    """The location and meaning of the samples."""

    width: int
    height: int
    photometric: Photometric
    form: SampleFormat
    channels: int
    """Samples of a pixel, including extra ones."""
    alpha: Alpha
    planar: bool
    """Whether each channel is stored as a separate picture."""
    compression: int
    predictor: int
    fill_order: int
    tile: tuple[int, int] | None
    """Width and height of a tile; None: strips."""
    rows_per_strip: int
    offsets: Sequence[int]
    lengths: Sequence[int]
    directory: Directory

    @property
    def colors(self) -> int:
        """Samples of a pixel without the extra ones."""
        return _CHANNELS[self.photometric]

    @property
    def profile(self) -> bytes | None:
        """The embedded ICC profile."""
        return self.directory.data(_PROFILE, _MAX_PROFILE_BYTES) or None

    def numbers(self, tag: int) -> list[int]:
        """Return the integers of a tag that may be long."""
        return _integers(self.directory, tag)


def tiff_layout(window: Window) -> TiffLayout:
    """Return the layout of the first picture. Raises `UndecodableError`."""
    try:
        tiff = Tiff(window)
    except ExifError as error:
        raise UndecodableError(Reason.UNKNOWN_FORMAT, str(error)) from error
    main = tiff.main()
    if main is None:
        raise _refused("The TIFF has no readable directory.")
    width, height = main.integer(256) or 0, main.integer(257) or 0
    if width <= 0 or height <= 0:
        raise _refused("The TIFF states no size.")
    photometric = _photometric(main)
    channels = main.integer(277) or 1
    extra = channels - _CHANNELS[photometric]
    if extra < 0:
        raise _refused(f"{channels} samples are too few for colours of kind {photometric.name}.")
    tile = (main.integer(322) or 0, main.integer(323) or 0) if 324 in main else None
    if tile is not None and min(tile) <= 0:
        raise _refused("The TIFF states no size of its tiles.")
    return TiffLayout(
        width=width,
        height=height,
        photometric=photometric,
        form=_form(main, tiff.order, channels, photometric),
        channels=channels,
        alpha=_alpha(main) if extra else Alpha.NONE,
        planar=main.integer(284) == 2 and channels > 1,
        compression=main.integer(259) or 1,
        predictor=main.integer(317) or 1,
        fill_order=main.integer(266) or 1,
        tile=tile,
        rows_per_strip=min(main.integer(278) or height, height),
        offsets=_integers(main, 324 if tile else 273),
        lengths=_integers(main, 325 if tile else 279),
        directory=main,
    )


def _photometric(main: Directory) -> Photometric:
    number = main.integer(262)
    try:
        photometric = Photometric(-1 if number is None else number)
    except ValueError as error:
        raise _refused(f"Pixels of TIFF's photometric kind {number} are not decoded.") from error
    if photometric is Photometric.SEPARATED and (main.integer(332) or 1) != 1:
        raise _refused("The inks are not cyan, magenta, yellow and black.")
    return photometric


def _alpha(main: Directory) -> Alpha:
    kind = main.integer(338) or 0
    return Alpha(kind) if kind in set(Alpha) else Alpha.NONE


def _form(main: Directory, order: str, channels: int, photometric: Photometric) -> SampleFormat:
    depths = set(_integers(main, 258)[:channels] or [1])
    formats = set(_integers(main, 339)[:channels] or [1])
    if photometric in {Photometric.CIELAB, Photometric.ICCLAB}:
        formats -= {2}  # a* and b* are signed, whatever the tag states
    bits = max(depths)
    is_float = formats == {_FLOAT}
    if len(depths) > 1 or bits not in ({16, 32, 64} if is_float else {*range(1, 17), 32, 64}):
        raise _refused(f"Samples of {'/'.join(map(str, sorted(depths)))} bits are not supported.")
    if not is_float and not formats <= {1, 4}:
        raise _refused("Signed, complex or mixed samples are not supported.")
    return SampleFormat(bits, order, is_float)


def _integers(directory: Directory, tag: int) -> list[int]:
    values = directory.numbers(tag, _MAX_LIST_BYTES)
    return [int(value) for value in values if math.isfinite(value)]


def _refused(detail: str) -> UndecodableError:
    return UndecodableError(Reason.DECODE_ERROR, detail)
