"""Converting stored samples of any depth and order to eight bits per channel.

The caller knows the meaning of a channel (ink, light, an index).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from photo_assets.identity.fingerprints.pictures import Bytes
from photo_assets.identity.fingerprints.reasons import Reason, UndecodableError

Levels = npt.NDArray[Any]
"""Height x width x channels, as stored: unsigned integers, or floating-point numbers."""

_AT_ONCE = 1 << 22
"""Samples converted at once: intermediate values take several times the memory."""
_OVERSHOOT = 1.1
"""Sharpening and enlarging overshoot white by up to a tenth; this is clipped."""


@dataclass(frozen=True, slots=True)
class SampleFormat:
    """How one sample is stored. `bits`: 1 to 16, 32 or 64; floating-point: 16, 32 or 64."""

    bits: int
    order: str = "<"
    """Byte order, `<` or `>`."""
    is_float: bool = False

    @property
    def dtype(self) -> "np.dtype[Any]":
        """The stored number type, if it is whole bytes."""
        return np.dtype(f"{self.order}{'f' if self.is_float else 'u'}{self.bits // 8}")

    def row_bytes(self, samples: int) -> int:
        """Return the length of a row of `samples` samples, bytes."""
        return -(-samples * self.bits // 8)


def blocks(rows: Bytes, samples: int, form: SampleFormat) -> Iterator[tuple[slice, Levels]]:
    """Yield the first `samples` numbers of each row, several rows at a time."""
    step = max(1, _AT_ONCE // max(1, samples))
    for start in range(0, len(rows), step):
        part = slice(start, min(start + step, len(rows)))
        yield part, _numbers(rows[part], samples, form)


def eight_bits(levels: Levels, bits: int) -> Bytes:
    """Return levels 0 to 2^bits - 1, or floating-point 0 to 1, scaled to 0 to 255.

    Raises `UndecodableError` for floating-point levels over 1: then white is undefined.
    """
    if levels.dtype.kind == "f":
        known = np.nan_to_num(levels.astype(np.float32), nan=0.0, posinf=np.inf, neginf=0.0)
        if known.max(initial=0) > _OVERSHOOT:
            detail = "Floating-point samples exceed 1, and the file does not define white."
            raise UndecodableError(Reason.DECODE_ERROR, detail)
        return np.asarray((known.clip(0, 1) * 255).round(), dtype=np.uint8)
    if bits == 8:
        return levels.astype(np.uint8, copy=False)
    if bits > 16:
        levels, bits = levels >> np.array(bits - 16, levels.dtype), 16
    return np.asarray(_scale(bits)[levels], np.uint8)


def undo_differences(rows: Bytes, channels: int, form: SampleFormat) -> Bytes:
    """Undo TIFF's predictor 2: each sample is stored as the difference from its left neighbor."""
    if form.bits not in {8, 16, 32, 64}:
        detail = f"Differences of {form.bits}-bit samples are not supported."
        raise UndecodableError(Reason.DECODE_ERROR, detail)
    kind = np.dtype(f"{form.order}u{form.bits // 8}")
    steps = rows.view(kind).reshape(len(rows), -1, channels)
    sums = np.cumsum(steps, axis=1, dtype=kind.newbyteorder("="))
    return sums.astype(kind).reshape(len(rows), -1).view(np.uint8)


def undo_float_differences(rows: Bytes, channels: int, form: SampleFormat) -> Bytes:
    """Undo TIFF's predictor 3 (Adobe Photoshop TIFF Technical Note 3), floating-point only.

    The bytes of a row are grouped by significance, highest first, and stored as differences.
    """
    if not form.is_float:
        raise UndecodableError(Reason.DECODE_ERROR, "Predictor 3 requires floating-point samples.")
    size = form.bits // 8
    sums = np.cumsum(rows.reshape(len(rows), -1, channels), axis=1, dtype=np.uint8)
    numbers = sums.reshape(len(rows), size, -1).transpose(0, 2, 1)
    ordered = numbers if form.order == ">" else numbers[:, :, ::-1]
    return np.ascontiguousarray(ordered).reshape(len(rows), -1)


def on_white(color: Bytes, alpha: Bytes, *, associated: bool) -> Bytes:
    """Return light of 0 to 255 as shown on white.

    `alpha` has one channel. `associated`: the color is already multiplied by it.
    """
    rest = 255 - alpha.astype(np.uint16)
    light = color.astype(np.uint16)
    if not associated:
        light = (light * alpha + 127) // 255
    return np.asarray(np.minimum(light + rest, 255), np.uint8)


def _numbers(rows: Bytes, samples: int, form: SampleFormat) -> Levels:
    if form.bits % 8 == 0:
        stored = np.ascontiguousarray(rows[:, : form.row_bytes(samples)]).view(form.dtype)
        return stored.astype(form.dtype.newbyteorder("="), copy=False)
    bits = np.unpackbits(rows, axis=1, count=samples * form.bits)
    weights = (1 << np.arange(form.bits - 1, -1, -1)).astype(np.uint16)
    return np.asarray(bits.reshape(len(rows), samples, form.bits) @ weights)


@lru_cache(maxsize=8)
def _scale(bits: int) -> Bytes:
    top = (1 << bits) - 1
    return np.asarray((np.arange(top + 1) * 255 / top).round(), dtype=np.uint8)
