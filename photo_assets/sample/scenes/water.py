"""Scenes by the water: the sea at sunset, a lighthouse at night, lilies on a pond."""

import numpy as np

from photo_assets.sample.scenes.canvas import (
    Array,
    Random,
    axes,
    below,
    blend,
    disc,
    drawing,
    glow,
    noise,
    profile,
    ramp,
    rgb,
    stamp,
    stars,
    vertical,
)


def sea(random: Random, width: int, height: int) -> Array:
    """A low sun over waves, its glitter path, and perhaps rocks or a sail."""
    moods = [
        (rgb("1d2b53", "7e4a7f", "f2845c", "ffd58a"), rgb("e58a63", "35305a", "0c1026")),
        (rgb("3c7cb8", "8fc0e3", "d9eef5", "fff4dd"), rgb("a7d3dc", "2f7f98", "0b3a55")),
        (rgb("0a1230", "1c2f5e", "4a6aa0", "a9c0dd"), rgb("7f9cc4", "1d3157", "060c1f")),
        (rgb("5c1f3d", "b8384b", "f37b42", "ffcf6b"), rgb("f08a4b", "6d2345", "1a0a20")),
        (rgb("6f8791", "9fb1b6", "c9d2cf", "ece7d6"), rgb("b9c4c1", "5f7a80", "27383f")),
        (rgb("2a6f6b", "6fb7a4", "cfe6c0", "fbf0c0"), rgb("bcdcb4", "2f7c78", "0b2f3a")),
    ]
    sky, water = moods[random.integers(len(moods))]
    picture = vertical(width, height, sky, 0.75)
    horizon = float(random.uniform(0.35, 0.66))
    sun = (float(random.uniform(0.15, 0.85)), horizon - float(random.uniform(0.0, 0.2)))
    _, y = axes(width, height)
    clouds = noise(random, width, height, (3, 18), 4)
    cover = np.clip((clouds - 0.52) * 4, 0, 0.75) * np.clip((horizon - y) * 4, 0, 1)
    blend(picture, sky[1], cover.astype(np.float32))
    glow(picture, sun, 0.28, (1.0, 0.75, 0.45), 0.4)
    disc(picture, sun, float(random.uniform(0.03, 0.07)), (1.0, 0.94, 0.78))
    _waves(picture, random, horizon, sun[0], water)
    if random.random() < 0.5:
        _sail(picture, random, horizon)
    if random.random() < 0.6:
        side = random.choice([-1, 1])
        x = np.linspace(0, 1, width, dtype=np.float32)
        slope = np.clip((x - 0.5) * side * 2.2 - float(random.uniform(0.3, 0.9)), 0, 1)
        rocks = 1.02 - 0.75 * slope - 0.05 * profile(random, width, 12, 6, 0.6) * (slope > 0)
        below(picture, rocks, rgb("2a2024", "0b090d"), 0.3)
    return picture


def _waves(
    picture: Array,
    random: Random,
    horizon: float,
    sun_x: float,
    water: list[tuple[float, float, float]],
) -> None:
    height, width = picture.shape[:2]
    top = int(horizon * height)
    y = np.linspace(0, 1, height - top, dtype=np.float32)[:, None]
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    rough = noise(random, width, height - top, (14, 80), 3) - 0.5
    fine = noise(random, width, height - top, (60, 200), 2) - 0.5
    tilt = rough * (0.4 + y) + fine * 0.6 * (1 - 0.4 * y)
    picture[top:] = ramp(np.clip(y**0.7 + tilt * 0.55, 0, 1), water)
    path = np.exp(-(((x - sun_x) / (0.03 + 0.14 * y)) ** 2))
    spark = np.clip((fine + rough) * 4.5 + 0.1, 0, 1) * path
    blend(picture[top:], (1.0, 0.9, 0.7), (spark * 0.95).astype(np.float32))


def _sail(picture: Array, random: Random, horizon: float) -> None:
    height, width = picture.shape[:2]
    mask, pen = drawing(width, height)
    x, size = random.uniform(0.2, 0.8) * width, random.uniform(0.05, 0.16) * height
    base = horizon * height + size * 0.2
    pen.polygon([(x, base - size), (x, base - 3), (x + size * 0.45, base - 3)], fill=255)
    pen.polygon(
        [(x - 3, base - size * 0.9), (x - 3, base - 3), (x - size * 0.3, base - 3)], fill=255
    )
    pen.polygon(
        [
            (x - size * 0.4, base),
            (x + size * 0.5, base),
            (x + size * 0.3, base + size * 0.14),
            (x - size * 0.3, base + size * 0.14),
        ],
        fill=255,
    )
    stamp(picture, mask, (0.1, 0.08, 0.12))


def lighthouse(random: Random, width: int, height: int) -> Array:
    """A lighthouse on its cliff, the beam sweeping over a night sea."""
    sky = [
        rgb("060b1f", "14264f", "3d5a8c", "c58a7a"),
        rgb("0a0a1a", "2a1f4a", "6a3f73", "e07a6a"),
        rgb("04121c", "0d3346", "2f6f7a", "b5cfa8"),
    ][random.integers(3)]
    picture = vertical(width, height, sky, 1.2)
    stars(picture, random, 350, 0.6)
    horizon = float(random.uniform(0.66, 0.78))
    x, size = float(random.uniform(0.18, 0.82)), float(random.uniform(0.3, 0.45))
    lamp = (x, horizon - size)
    _beam(picture, lamp, float(random.uniform(-0.25, 0.25)))
    _waves(picture, random, horizon, x, [sky[2], sky[1], sky[0]])
    columns = np.linspace(0, 1, width, dtype=np.float32)
    off = np.abs(columns - x)
    rise = 0.13 * np.exp(-((off / 0.12) ** 2)) - 2.2 * np.clip(off - 0.17, 0, 1)
    rough = 0.014 * profile(random, width, 20, 6, 0.6) * np.clip(off * 20, 0, 1)
    below(picture, (horizon + 0.1 - rise - rough).astype(np.float32), rgb("1c1a26", "050509"), 0.2)
    _tower(picture, x, horizon - 0.03, size)
    glow(picture, lamp, 0.05, (1.0, 0.93, 0.7), 1.3)
    return picture


def _beam(picture: Array, lamp: tuple[float, float], tilt: float) -> None:
    height, width = picture.shape[:2]
    x, y = axes(width, height)
    dx, dy = (x - lamp[0]) * width / height, y - lamp[1]
    along, off = np.abs(dx), dy - dx * tilt
    beam = np.exp(-((off / (0.008 + 0.085 * along)) ** 2)) * np.exp(-along * 1.3) * 0.62
    for channel, k in enumerate((1.0, 0.92, 0.7)):
        picture[..., channel] += beam * np.float32(k)


def _tower(picture: Array, x: float, base: float, size: float) -> None:
    height, width = picture.shape[:2]
    foot, top = base * height, (base + 0.045 - size) * height
    center, half = x * width, size * height * 0.075
    for band in range(6):
        low, high = foot + (top - foot) * band / 6, foot + (top - foot) * (band + 1) / 6
        a, b = half * (1 - band * 0.07), half * (1 - (band + 1) * 0.07)
        mask, pen = drawing(width, height)
        pen.polygon(
            [(center - a, low), (center + a, low), (center + b, high), (center - b, high)], fill=255
        )
        color = (0.55, 0.12, 0.13) if band % 2 else (0.72, 0.7, 0.72)
        stamp(picture, mask, color)
    mask, pen = drawing(width, height)
    room = half * 0.55
    pen.rectangle([center - half * 0.8, top - 3, center + half * 0.8, top + 3], fill=255)
    pen.polygon(
        [
            (center - room * 1.2, top - room * 2.4),
            (center + room * 1.2, top - room * 2.4),
            (center, top - room * 3.8),
        ],
        fill=255,
    )
    stamp(picture, mask, (0.08, 0.07, 0.1))


def pond(random: Random, width: int, height: int) -> Array:
    """Water lilies seen from above: pads, flowers, rings on dark water."""
    water = [
        rgb("06181f", "12424a", "4f8a86"),
        rgb("0a1430", "23407a", "7fa3cf"),
        rgb("141f0c", "35502a", "98a86a"),
        rgb("1a0f24", "4a2f5f", "b58fae"),
    ][random.integers(4)]
    x, y = axes(width, height)
    field = noise(random, width, height, (4, 6), 4)
    for _ in range(3):
        cx, cy = random.uniform(0, 1.2), random.uniform(0, 0.9)
        distance = np.hypot((x - cx) * width / height, y - cy)
        field = field + 0.09 * np.sin(distance * 95) * np.exp(-distance * 4)
    picture = ramp(np.clip(field * 1.3 - 0.25, 0, 1).astype(np.float32), water)
    for _ in range(int(random.integers(12, 26))):
        _pad(picture, random)
    for _ in range(int(random.integers(2, 6))):
        _lily(picture, random)
    return picture


def _pad(picture: Array, random: Random) -> None:
    height, width = picture.shape[:2]
    mask, pen = drawing(width, height)
    cx, cy = random.uniform(0, 1) * width, random.uniform(0, 1) * height
    r = random.uniform(0.04, 0.13) * height
    start = random.uniform(0, 360)
    pen.pieslice([cx - r, cy - r * 0.62, cx + r, cy + r * 0.62], start + 18, start + 350, fill=255)
    stamp(picture, mask, (0.02, 0.05, 0.05), 0.45, (int(r * 0.08), int(r * 0.12)))
    green = random.uniform(0.38, 0.6)
    stamp(picture, mask, (green * 0.55, green, green * 0.38))


def _lily(picture: Array, random: Random) -> None:
    height, width = picture.shape[:2]
    cx, cy = random.uniform(0.12, 0.88) * width, random.uniform(0.15, 0.85) * height
    size = random.uniform(0.05, 0.1) * height
    tint = [(0.98, 0.72, 0.82), (1.0, 0.95, 0.9), (0.93, 0.55, 0.7)][random.integers(3)]
    for ring in range(3):
        mask, pen = drawing(width, height)
        for petal in range(9):
            angle = (petal + ring * 0.5) * 2 * np.pi / 9
            reach = size * (1 - ring * 0.28)
            tip = (cx + reach * np.cos(angle), cy + reach * 0.7 * np.sin(angle))
            for side in (-0.28, 0.28):
                mid = (
                    cx + reach * 0.55 * np.cos(angle + side),
                    cy + reach * 0.42 * np.sin(angle + side),
                )
                pen.polygon([(cx, cy), mid, tip], fill=255)
        shade = 0.78 + 0.11 * ring
        color = (tint[0] * shade, tint[1] * shade, tint[2] * shade)
        stamp(picture, mask, color)
    disc(picture, (cx / width, cy / height), size * 0.14 / height, (1.0, 0.8, 0.25))
