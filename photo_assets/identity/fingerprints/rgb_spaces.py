"""Converting colors stated in numbers, instead of an ICC profile, to sRGB.

The numbers are the code points of ITU-T H.273 (`nclx` in HEIF, cICP in PNG, enumerated encodings in
JPEG XL) or PNG's gAMA and cHRM. Light brighter than paper white (PQ, HLG) is rolled off as in ITU-R
BT.2390 instead of being clipped. Also converts CIE L*a*b*, in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float32]

LINEAR, SRGB, PQ, HLG = 8, 13, 16, 18
_NEAR = 0.005
"""Chromaticities within this distance look the same; some files round them."""
WHITE = (0.3127, 0.3290)
"""D65, x and y."""
CORNERS: dict[int, tuple[float, ...]] = {
    1: (0.640, 0.330, 0.300, 0.600, 0.150, 0.060),
    4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    8: (0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    22: (0.630, 0.340, 0.295, 0.605, 0.155, 0.077),
}
"""x and y of red, green and blue by code point (H.273, table 2)."""
_WHITES = {4: (0.310, 0.316), 8: (0.310, 0.316), 11: (0.314, 0.351)}
_BT709 = (*CORNERS[1], *WHITE)
_GAMMAS = {4: 2.2, 5: 2.8, 17: 2.6}

PAPER_NITS = 203.0
"""HDR reference white, cd/m2 (ITU-R BT.2408): shown as sRGB's white."""
_PQ_NITS, _HLG_NITS = 10_000.0, 1_000.0
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
_D50 = (0.96422, 1.0, 0.82521)
_ROWS = 256


@dataclass(frozen=True, slots=True)
class RgbSpace:
    """An RGB space other than sRGB."""

    primaries: tuple[float, ...]
    """x and y of red, green, blue and white (CIE 1931)."""
    transfer: int
    """Code point of the transfer characteristics; 0: a plain power."""
    gamma: float = 1.0
    """The exponent from stored level to light, if `transfer` is 0."""


def primaries_of(code: int) -> tuple[float, ...]:
    """Return the primaries of a code point of H.273, sRGB's for an unknown one."""
    return (*CORNERS.get(code, CORNERS[1]), *_WHITES.get(code, WHITE))


def space_of(primaries: tuple[float, ...], transfer: int) -> RgbSpace | None:
    """Return the space of primaries and a code point of H.273; None: shown as sRGB."""
    if not _usable(primaries):
        return None
    if transfer in _GAMMAS:
        return RgbSpace(primaries, 0, _GAMMAS[transfer])
    if transfer not in {LINEAR, PQ, HLG}:
        transfer = SRGB  # including television's: they are displayed like sRGB
    like_srgb = transfer == SRGB and np.allclose(primaries, _BT709, atol=_NEAR)
    return None if like_srgb else RgbSpace(primaries, transfer)


def space_of_gamma(gamma: float, chromaticities: Sequence[float] | None) -> RgbSpace | None:
    """Return the space of PNG's gAMA (file gamma) and cHRM (white, red, green, blue).

    None: it is close enough to sRGB, or not a plausible gamma.
    """
    primaries: tuple[float, ...] = _BT709
    if chromaticities is not None and len(chromaticities) == 8:
        primaries = (*chromaticities[2:], *chromaticities[:2])
    if not 0.05 <= gamma <= 5 or not _usable(primaries):
        return None
    if abs(gamma - 1 / 2.2) < 0.01:
        return space_of(primaries, SRGB)
    return RgbSpace(primaries, 0, 1 / gamma)


def shown_in_srgb(pixels: _Pixels, space: RgbSpace) -> _Pixels:
    """Return pixels of `space` in sRGB."""
    curve = _light(space)
    matrix = _matrix(space.primaries)
    peak = _peak(pixels, space, curve)
    out = np.empty_like(pixels)
    for start in range(0, len(pixels), _ROWS):
        light = curve[pixels[start : start + _ROWS]]
        if space.transfer == HLG:
            light = _hlg_on_a_display(light)
        light = _rolled_off(light, peak) @ matrix.T
        out[start : start + _ROWS] = _srgb_levels(light)
    return out


def lab_in_srgb(lab: npt.NDArray[np.floating]) -> _Pixels:
    """Return CIE L*a*b* (white point D50), height x width x 3, L* of 0 to 100, in sRGB."""
    to_srgb = _adapted(np.array(_D50)) @ np.diag(_D50)
    out = np.empty(lab.shape, np.uint8)
    for start in range(0, len(lab), _ROWS):
        light, red, yellow = np.moveaxis(lab[start : start + _ROWS], 2, 0)
        y = (light + 16) / 116
        f = np.stack([y + red / 500, y, y - yellow / 200], axis=2)
        xyz = np.where(f > 6 / 29, f**3, (f - 4 / 29) * (3 * (6 / 29) ** 2))
        out[start : start + _ROWS] = _srgb_levels(np.asarray(xyz @ to_srgb.T, np.float32))
    return out


def _usable(primaries: Sequence[float]) -> bool:
    if min(primaries[1::2]) <= 0:
        return False
    return bool(abs(np.linalg.det(_columns(primaries))) > 1e-3)


@lru_cache(maxsize=16)
def _light(space: RgbSpace) -> _Floats:
    """Return the light of each level 0..255; 1.0 is paper white. HLG: the scene's, 0..1."""
    level = np.arange(256) / 255
    light: npt.NDArray[np.floating]
    if space.transfer == LINEAR:
        light = level
    elif space.transfer == SRGB:
        light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    elif space.transfer == PQ:
        light = _from_pq(level) / PAPER_NITS
    elif space.transfer == HLG:  # ITU-R BT.2100, table 5
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(level <= 0.5, level**2 / 3, (np.exp((level - c) / a) + b) / 12)
    else:
        light = level**space.gamma
    return light.astype(np.float32)


def _hlg_on_a_display(scene: _Floats) -> _Floats:
    """Return the light of a display of 1,000 cd/m2 (BT.2100: system gamma 1.2)."""
    luminance = scene @ np.array([0.2627, 0.6780, 0.0593], np.float32)
    return np.asarray(scene * (luminance**0.2)[:, :, None] * (_HLG_NITS / PAPER_NITS), np.float32)


def _peak(pixels: _Pixels, space: RgbSpace, curve: _Floats) -> float:
    """Return the brightest light of the picture, of which nearly all pixels stay below."""
    if space.transfer == HLG:
        return _HLG_NITS / PAPER_NITS
    brightest = np.bincount(pixels.max(axis=2).ravel(), minlength=256).cumsum()
    level = int(np.searchsorted(brightest, 0.999 * brightest[-1]))
    return float(curve[level])


def _rolled_off(light: _Floats, peak: float) -> _Floats:
    """Return light of up to `peak` compressed into paper white (BT.2390, section 5.4.1).

    The brightest channel of a pixel determines the factor for all three, which keeps hues.
    """
    if peak <= 1:
        return light
    strongest = light.max(axis=2, keepdims=True)
    top = _to_pq(peak * PAPER_NITS)
    paper = _to_pq(PAPER_NITS) / top
    knee = 1.5 * paper - 0.5
    signal = np.minimum(_to_pq(strongest * PAPER_NITS) / top, 1)
    t = ((signal - knee) / (1 - knee)).clip(0, None)
    curve = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1 - knee)
        + (-2 * t**3 + 3 * t**2) * paper
    )
    mapped = _from_pq(np.where(signal < knee, signal, curve) * top) / PAPER_NITS
    factor = np.where(strongest > 1e-6, mapped / np.maximum(strongest, 1e-6), 1)
    return np.asarray(light * factor, np.float32)


def _srgb_levels(light: _Floats) -> _Pixels:
    inside = light.clip(0, 1)
    level = np.where(inside <= 0.0031308, inside * 12.92, 1.055 * inside ** (1 / 2.4) - 0.055)
    return np.asarray((level * 255).round(), np.uint8)


# SMPTE ST 2084
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def _from_pq(signal: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Return nits of a signal 0..1."""
    root = np.asarray(signal) ** (1 / _M2)
    ratio = np.maximum(root - _C1, 0) / (_C2 - _C3 * root)
    return np.asarray(_PQ_NITS * ratio ** (1 / _M1))


def _to_pq(nits: npt.NDArray[np.floating] | float) -> npt.NDArray[np.floating]:
    power = (np.asarray(nits) / _PQ_NITS) ** _M1
    return np.asarray(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2)


@lru_cache(maxsize=16)
def _matrix(primaries: tuple[float, ...]) -> _Floats:
    """Return the matrix from light in `primaries` to light in sRGB's, white to white."""
    source = _to_xyz(primaries)
    return np.asarray(_adapted(source.sum(axis=1)) @ source, np.float32)


def _adapted(white: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the matrix from X, Y, Z under a white to light in sRGB's primaries, white to white."""
    target = _to_xyz(_BT709)
    change = np.diag((_BRADFORD @ target.sum(axis=1)) / (_BRADFORD @ white))
    adapt = np.linalg.inv(_BRADFORD) @ change @ _BRADFORD
    return np.asarray(np.linalg.inv(target) @ adapt)


def _to_xyz(primaries: Sequence[float]) -> npt.NDArray[np.float64]:
    columns = _columns(primaries)
    x, y = primaries[6:8]
    white = np.array([x / y, 1, (1 - x - y) / y])
    return np.asarray(columns * np.linalg.solve(columns, white))


def _columns(primaries: Sequence[float]) -> npt.NDArray[np.float64]:
    pairs = [(primaries[n], primaries[n + 1]) for n in (0, 2, 4)]
    return np.array([[x / y, 1, (1 - x - y) / y] for x, y in pairs]).T
