"""Scenes of land: mountains, dunes, forest in fog, lavender fields. Nothing with water or night."""

import numpy as np
from PIL import ImageDraw

from photo_assets.sample.scenes.canvas import (
    Array,
    Color,
    Random,
    axes,
    below,
    blend,
    cover_of,
    disc,
    drawing,
    glow,
    noise,
    profile,
    ramp,
    resize,
    rgb,
    stamp,
    vertical,
)

_MOUNTAIN_MOODS: list[tuple[list[Color], list[Color], Color]] = [
    (rgb("2b3a67", "6d6fa8", "f0a787", "ffd6a5"), rgb("e0a899", "27213f"), (1.0, 0.85, 0.6)),
    (rgb("0b1d3a", "24487a", "7fa8d1", "dce9f5"), rgb("b5cde4", "0c1a2e"), (1.0, 0.98, 0.9)),
    (rgb("4a7fb5", "8fbbe0", "cfe3f0", "fdf3dc"), rgb("c3d6df", "20392f"), (1.0, 0.97, 0.85)),
    (rgb("5b2a5e", "b5446e", "f58a5b", "ffd27a"), rgb("d9785f", "2a0f2b"), (1.0, 0.8, 0.45)),
    (rgb("8c9aa5", "b4bfc6", "d5dadb", "ecebe4"), rgb("cdd3d4", "2c3a3d"), (1.0, 1.0, 0.96)),
    (rgb("183a4a", "3b7a80", "9ccaa8", "f6efc0"), rgb("a9ccb4", "0f2a2b"), (1.0, 0.95, 0.7)),
    (rgb("7a4a2b", "c07a3e", "eeb76b", "fbe6b8"), rgb("dca56b", "3a1d10"), (1.0, 0.9, 0.6)),
]


def mountains(random: Random, width: int, height: int) -> Array:
    """Ridges behind ridges, each paler and bluer the farther it is, and pines in front."""
    sky, (far, near), light = _MOUNTAIN_MOODS[random.integers(len(_MOUNTAIN_MOODS))]
    picture = vertical(width, height, sky, 0.8)
    horizon = random.uniform(0.32, 0.62)
    sun = (float(random.uniform(0.12, 0.88)), horizon - float(random.uniform(0.02, 0.24)))
    glow(picture, sun, 0.35, light, 0.35)
    disc(picture, sun, float(random.uniform(0.03, 0.075)), light)
    clouds = noise(random, width, height, (3, 14), 4)
    _, y = axes(width, height)
    cover = np.clip((clouds - 0.53) * 3.5, 0, 1) * np.clip(1.2 - y * 1.6, 0, 0.55)
    blend(picture, sky[-1], cover.astype(np.float32))
    layers = int(random.integers(4, 8))
    peak = float(random.uniform(0.08, 0.2))
    for layer in range(layers):
        depth = layer / (layers - 1)
        base = horizon + (0.93 - horizon) * depth**1.15
        line = base - peak * (1 - 0.45 * depth) * profile(
            random, width, int(random.integers(2, 6)), 7, 0.48
        )
        if layer == layers - 1:
            line -= _pines(random, width)
        color = _between(far, near, depth)
        below(picture, line, [color, _between(color, sky[-1], 0.45 * (1 - depth))], 0.3)
    return picture


def dunes(random: Random, width: int, height: int) -> Array:
    """Crests of sand with a lit and a shaded side, wind ripples and a clear sky."""
    moods = [
        (rgb("3b6ea5", "a8cbe6", "f3e3c3"), rgb("f2c27b", "b5652f", "5c2a1a")),
        (rgb("281c3f", "8a4a6b", "f0a070"), rgb("e08a55", "7a3038", "2a1024")),
        (rgb("7fb2c9", "d6e6e2", "fbeed6"), rgb("f6dcae", "cf9f6a", "80583c")),
        (rgb("0e1a33", "33507a", "c9a58f"), rgb("b98d6d", "4d4457", "14182a")),
    ]
    sky, sand = moods[random.integers(len(moods))]
    picture = vertical(width, height, sky)
    glow(picture, (float(random.uniform(0.1, 0.9)), 0.3), 0.3, (1.0, 0.9, 0.7), 0.25)
    x = np.linspace(0, 1, width, dtype=np.float32)
    horizon = float(random.uniform(0.3, 0.55))
    count = int(random.integers(4, 7))
    for layer in range(count):
        depth = layer / count
        swing = float(random.uniform(0.03, 0.12)) * (0.4 + depth)
        phase, waves = random.uniform(0, 6.28), random.uniform(0.6, 1.7)
        bend = np.abs(np.sin(x * np.pi * waves + phase)) ** 1.6
        line = (horizon + (1 - horizon) * depth - swing * bend).astype(np.float32)
        _dune(picture, line, sand, random, depth)
    return picture


def _dune(picture: Array, line: Array, sand: list[Color], random: Random, depth: float) -> None:
    height, width = picture.shape[:2]
    top = max(0, int(line.min() * height) - 1)
    y = np.linspace(0, 1, height, dtype=np.float32)[top:, None]
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    under = y - line[None, :]
    soft = np.ones(width // 16) / (width // 16)
    padded = np.pad(np.gradient(line) * width, len(soft), mode="edge")
    slope = np.convolve(padded, soft, "same")[None, len(soft) : -len(soft)].astype(np.float32)
    side = np.clip(0.45 + slope * 1.8 * np.exp(-under * 5), 0, 1)
    ripple = np.sin((under * (90 + 160 * depth) + 9 * x + 2 * np.sin(x * 17)) * 3.1) * 0.03
    shade = np.clip(side * 0.75 + under * 0.35 + ripple * depth, 0, 1)
    paint = ramp(shade.astype(np.float32), sand)
    paint += (1 - depth) * 0.12
    cover = np.clip(under * height + 0.5, 0, 1)[..., None]
    picture[top:] += cover * (paint - picture[top:])


def forest(random: Random, width: int, height: int) -> Array:
    """Trunks vanishing in fog, with shafts of light."""
    moods = [
        rgb("f4f1de", "a3b899", "20332a"),
        rgb("fde2b8", "c98f5b", "2b160e"),
        rgb("e8eef2", "8aa0ad", "16242d"),
        rgb("f7d9c4", "8a6f8f", "1d1430"),
        rgb("f2f6c8", "86b06a", "12301a"),
    ]
    fog, middle, dark = moods[random.integers(len(moods))]
    picture = vertical(width, height, [fog, _between(fog, middle, 0.5), middle])
    light = (float(random.uniform(0.2, 0.8)), float(random.uniform(0.05, 0.35)))
    glow(picture, light, 0.45, (1.0, 0.97, 0.85), 0.35)
    layers = 6
    for layer in range(layers):
        depth = layer / (layers - 1)
        mask, pen = drawing(width, height)
        for _ in range(int(26 - 19 * depth)):
            _trunk(pen, random, width, height, depth)
        cover = cover_of(mask, width, height) * np.float32(0.35 + 0.6 * depth)
        blend(picture, _between(middle, dark, depth), cover)
        mist = noise(random, width, height, (3, 3), 2) * np.float32(0.5 * (1 - depth))
        blend(picture, fog, mist)
    _shafts(picture, light, random)
    ground = 0.9 - 0.03 * profile(random, width, 4, 6, 0.6)
    below(picture, ground, [_between(middle, dark, 0.7), dark], 0.12)
    return picture


def _trunk(pen: ImageDraw.ImageDraw, random: Random, width: int, height: int, depth: float) -> None:
    x = random.uniform(-0.02, 1.02) * width
    thick = width * (0.004 + 0.022 * depth) * random.uniform(0.6, 1.5)
    lean = random.uniform(-0.03, 0.03) * width
    base = height * (0.72 + 0.24 * depth)
    pen.polygon(
        [(x + lean, 0), (x + lean + thick * 0.55, 0), (x + thick, base), (x - thick * 0.3, base)],
        fill=255,
    )
    for _ in range(int(random.integers(3, 9))):
        y = random.uniform(0, 0.65) * height
        reach = random.choice([-1, 1]) * width * random.uniform(0.02, 0.09) * (0.4 + depth)
        at = x + lean * (1 - y / base) + thick * 0.3
        pen.line(
            [(at, y), (at + reach, y - abs(reach) * 0.4)], fill=255, width=int(1 + thick * 0.2)
        )


def _shafts(picture: Array, light: tuple[float, float], random: Random) -> None:
    height, width = picture.shape[:2]
    x, y = axes(width // 4, height // 4)
    angle = np.arctan2(x - light[0], y - light[1] + 0.35)
    rays = np.clip(np.sin(angle * float(random.uniform(18, 34))) * 1.4 - 0.5, 0, 1)
    rays = rays * np.clip(1 - np.hypot(x - light[0], y - light[1]), 0, 1) * 0.22
    picture += np.clip(resize(rays.astype(np.float32), width, height), 0, 1)[..., None]


def lavender(random: Random, width: int, height: int) -> Array:
    """Rows of flowers running to the horizon, hills and a lone tree."""
    moods = [
        (rgb("4f86c6", "b9d7ee", "fff1d6"), rgb("3b2a63", "8a63c4", "c9a7ee")),
        (rgb("3a2c5c", "d0679a", "ffc48a"), rgb("2a1540", "7a3f9c", "d98ad6")),
        (rgb("6aa5d8", "cfe6f5", "fdf6e3"), rgb("7a1020", "d6263e", "ff8a7a")),
        (rgb("5b92c9", "c9e3f3", "fffbe6"), rgb("5a6a10", "d9b31a", "ffe866")),
        (rgb("7f9fb8", "d4e0e6", "f6efe0"), rgb("1f4a2a", "4f8f4a", "a8cf7a")),
    ]
    sky, rows = moods[random.integers(len(moods))]
    picture = vertical(width, height, sky)
    horizon = float(random.uniform(0.36, 0.56))
    glow(picture, (float(random.uniform(0.1, 0.9)), horizon - 0.05), 0.3, (1.0, 0.85, 0.6), 0.3)
    clouds = noise(random, width, height, (4, 10), 4)
    _, sky_y = axes(width, height)
    cover = np.clip((clouds - 0.55) * 4, 0, 0.7) * np.clip(1 - sky_y * 2, 0, 1)
    blend(picture, (1.0, 0.98, 0.95), cover.astype(np.float32))
    below(
        picture, horizon - 0.05 - 0.05 * profile(random, width, 3, 5), rgb("7f93a8", "9db0a0"), 0.2
    )
    top = int(horizon * height)
    y = np.linspace(0, 1, height, dtype=np.float32)[top:, None] - np.float32(horizon)
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    vanish = float(random.uniform(0.2, 0.8))
    across = (x - vanish) / (y + 0.015)
    row = 0.5 + 0.5 * np.cos(across * float(random.uniform(9, 16)))
    tuft = noise(random, width, height - top, (150, 70), 2)
    near = np.clip(y / (1 - horizon), 0, 1)
    value = np.clip(row * 0.75 + (tuft - 0.5) * (0.25 + 0.9 * near) + 0.12, 0, 1)
    picture[top:] = ramp(value.astype(np.float32), rows)
    haze = np.exp(-near * 9)[..., None] * 0.5
    picture[top:] += (np.asarray(sky[-1], np.float32) - picture[top:]) * haze
    _tree(picture, random, horizon)
    return picture


def _tree(picture: Array, random: Random, horizon: float) -> None:
    height, width = picture.shape[:2]
    mask, pen = drawing(width, height)
    x = random.uniform(0.15, 0.85) * width
    size = random.uniform(0.08, 0.2) * height
    base = horizon * height + 4
    pen.rectangle([x - size * 0.05, base - size * 0.6, x + size * 0.05, base], fill=255)
    for _ in range(150):
        dx, dy = random.normal(0, 0.24) * size, random.normal(0, 0.17) * size
        r = random.uniform(0.03, 0.1) * size
        cx, cy = x + dx, base - size * 0.85 + dy
        pen.ellipse([cx - r, cy - r, cx + r, cy + r], fill=255)
    stamp(picture, mask, (0.11, 0.15, 0.13))


def _pines(random: Random, width: int) -> Array:
    tops = np.zeros(width, np.float32)
    at = np.arange(width)
    for _ in range(int(random.integers(25, 80))):
        x, tall = random.uniform(0, width), random.uniform(0.03, 0.11)
        wide = tall * width * 0.14
        reach = np.clip(1 - np.abs(at - x) / wide, 0, 1)
        jag = 1 + 0.18 * np.sign(np.sin(reach * 34))
        tops = np.maximum(tops, (tall * reach * np.where(reach < 0.97, jag, 1)).astype(np.float32))
    return tops


def _between(a: Color, b: Color, t: float) -> Color:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)
