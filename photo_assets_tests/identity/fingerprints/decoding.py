"""Decoding bytes as a worker does, for tests that compare pixels."""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from photo_assets.identity.fingerprints.drawing import draw
from photo_assets.identity.fingerprints.pictures import Need, Picture
from photo_assets.identity.fingerprints.raw_decoder import ChainDecoder
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError
from photo_assets.model.vocabulary import MediaKind
from photo_assets.thumbnails.tree import ThumbnailSize

MAX_PIXELS = 10**8
_DECODER = ChainDecoder()

Shown = npt.NDArray[np.int16]
"""Height x width x 3, upright, sRGB; signed, so that differences are signed."""


def decoded(content: bytes, need: Need = Need.THUMBNAILS) -> Picture:
    return _DECODER.decode(io.BytesIO(content), MediaKind.IMAGE, MAX_PIXELS, need)


def shown(content: bytes) -> Shown:
    """The largest thumbnail of a small picture before JPEG encoding."""
    return draw(decoded(content)).sizes[ThumbnailSize.MEDIUM].astype(np.int16)


def refusal(content: bytes) -> tuple[Reason, str] | None:
    """The reason why it cannot be decoded, None if it can."""
    try:
        decoded(content)
    except UndecodableError as error:
        return error.reason, error.detail
    return None


def difference(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> int:
    """The largest difference of two pictures, levels."""
    assert one.shape == other.shape
    return int(np.abs(one.astype(np.int64) - other.astype(np.int64)).max())


def rgb(width: int = 53, height: int = 37, seed: int = 3) -> npt.NDArray[np.uint8]:
    """A colorful picture with odd dimensions."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(picture)


def on_white(light: npt.NDArray[Any], alpha: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Light 0..1 seen through alpha 0..1 on white, 0..255."""
    return np.asarray((light * alpha + 1 - alpha) * 255)
