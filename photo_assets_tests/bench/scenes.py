"""Pixels of camera-like pictures: what a sensor would give of scenes that do not exist.

A picture is a composition of its own (a few large shapes of light and colour), detail from a shared
tile (octaves of noise and hard edges, strong in some places and absent in others, as foliage beside
sky) and sensor grain. That gives JPEG's entropy coder the work real photos give it, quickly.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

_TILE = 4096
_OCTAVES = (2, 4, 8, 16, 32, 64, 128)
_SHAPES = 700
_DETAIL = 1.3
_GRAIN = 4.8

Levels = npt.NDArray[np.int16]
Random = np.random.Generator


def scene(rng: Random, width: int, height: int, tile_seed: int) -> Image.Image:
    """Return a picture of mode YCbCr. The same generator state gives the same picture."""
    luma = _blow_up(_composition(rng, 20, 235), width, height)
    luma += _textured(rng, width, height, tile_seed)
    luma += _window(rng, _grain(tile_seed), width, height)
    half = ((width + 1) // 2, (height + 1) // 2)
    planes = [_plane(luma)]
    for _ in range(2):
        chroma = _blow_up(_composition(rng, 92, 164), *half)
        chroma += _window(rng, _grain(tile_seed), *half) >> 1
        # Doubled pixels: what the encoder's 2 x 2 mean gives back unchanged.
        full = _plane(chroma).resize((half[0] * 2, half[1] * 2), Image.Resampling.NEAREST)
        planes.append(full.crop((0, 0, width, height)))
    return Image.merge("YCbCr", planes)


def _composition(rng: Random, low: int, high: int) -> Image.Image:
    """Return a coarse picture that no other one resembles, its levels from `low` to `high`."""
    levels = np.zeros((32, 48))
    for columns, rows, weight in ((3, 2, 1.0), (6, 4, 1.0), (12, 8, 0.5), (24, 16, 0.25)):
        coarse = Image.fromarray(rng.normal(size=(rows, columns)).astype(np.float32))
        levels += weight * np.asarray(coarse.resize((48, 32), Image.Resampling.BICUBIC))
    levels -= levels.min()
    levels *= (high - low) / levels.max()
    return Image.fromarray((levels + low).astype(np.uint8))


def _textured(rng: Random, width: int, height: int, seed: int) -> Levels:
    """Return detail, from none to strong, by regions of the picture."""
    where = np.asarray(_composition(rng, 0, 255), dtype=np.float32) / 255
    strength = Image.fromarray((np.clip(1.9 * where - 0.45, 0, 1) * 64).astype(np.uint8))
    detail = _window(rng, _detail(seed), width, height)
    detail *= _blow_up(strength, width, height)
    detail >>= 6
    return detail


def _window(rng: Random, tile: npt.NDArray[np.int8], width: int, height: int) -> Levels:
    """Return a part of the endlessly repeated tile, perhaps mirrored."""
    down, right = rng.integers(0, _TILE, 2)
    mirrored = tile[:: rng.choice((-1, 1)), :: rng.choice((-1, 1))]
    rows = (np.arange(height) + down) % _TILE
    columns = (np.arange(width) + right) % _TILE
    window: Levels = mirrored[rows][:, columns].astype(np.int16)
    return window


def _blow_up(small: Image.Image, width: int, height: int) -> Levels:
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC)).astype(np.int16)


def _plane(levels: Levels) -> Image.Image:
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


@lru_cache(maxsize=2)
def _detail(seed: int) -> npt.NDArray[np.int8]:
    """Return a tile of detail without large shapes, so that it makes no two pictures alike."""
    rng = np.random.default_rng((seed, 1))
    tile = np.zeros((_TILE, _TILE), dtype=np.float32)
    for cell in _OCTAVES:
        side = _TILE // cell
        noise = Image.fromarray(rng.normal(size=(side, side)).astype(np.float32))
        weight = 11.0 * cell**0.2
        tile += weight * np.asarray(noise.resize((_TILE, _TILE), Image.Resampling.BILINEAR))
    tile += _edges(rng)
    tile *= _DETAIL
    return np.clip(tile, -127, 127).astype(np.int8)


def _edges(rng: Random) -> npt.NDArray[np.float32]:
    """Return hard outlines of things, softened by a lens, around a mean of zero."""
    canvas = Image.new("L", (_TILE, _TILE), 128)
    draw = ImageDraw.Draw(canvas)
    for corners, level in _things(rng):
        draw.polygon(corners, fill=level)
    soft = canvas.resize((_TILE // 2, _TILE // 2), Image.Resampling.BOX)
    sharp = np.asarray(soft.resize(canvas.size, Image.Resampling.BICUBIC), dtype=np.float32)
    large = canvas.resize((_TILE // 128, _TILE // 128), Image.Resampling.BOX)
    around = np.asarray(large.resize(canvas.size, Image.Resampling.BILINEAR), dtype=np.float32)
    return np.asarray(sharp - around, dtype=np.float32)


def _things(rng: Random) -> Iterator[tuple[list[tuple[float, float]], int]]:
    for _ in range(_SHAPES):
        middle = rng.uniform(0, _TILE, 2)
        corners = middle + rng.normal(scale=rng.uniform(8, 90), size=(rng.integers(3, 9), 2))
        yield [(x, y) for x, y in corners.tolist()], int(rng.integers(60, 196))


@lru_cache(maxsize=2)
def _grain(seed: int) -> npt.NDArray[np.int8]:
    """Return sensor noise as demosaicing leaves it: a little smooth."""
    rng = np.random.default_rng((seed, 2))
    noise = rng.normal(size=(_TILE, _TILE)).astype(np.float32)
    for axis in (0, 1):
        noise = 0.5 * noise + 0.25 * (np.roll(noise, 1, axis) + np.roll(noise, -1, axis))
    grain: npt.NDArray[np.int8] = np.clip(noise * (_GRAIN / 0.375), -127, 127).astype(np.int8)
    return grain
