"""Scenes close by: flower heads, ferns, balloons, spiral stairs. Faces are in `faces`."""

import numpy as np
from PIL import ImageDraw, ImageFilter

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
    rgb,
    stamp,
    vertical,
)


def flower(random: Random, width: int, height: int) -> Array:
    """A flower head: seeds in the golden angle, petals around, a soft garden behind."""
    back = [
        rgb("1f3a2a", "5f8a4a", "cfe0a0"),
        rgb("2a1f3a", "6a4f8a", "e0b0cf"),
        rgb("14303f", "3f7a8f", "bfe0e0"),
        rgb("3a2a14", "8f6a2f", "f0dca0"),
    ][random.integers(4)]
    picture = ramp(np.clip(noise(random, width, height, (4, 4), 2) * 1.5 - 0.25, 0, 1), back)
    petal, seed = [
        (rgb("ffd23f", "f28c1a"), rgb("6b3a12", "1f0f08")),
        (rgb("fff6f0", "f2a7bd"), rgb("f7c843", "b5761a")),
        (rgb("ff8fa3", "c9184a"), rgb("3a0f1f", "120409")),
        (rgb("cdb4f6", "6a3fb5"), rgb("ffdf6b", "8a5a0f")),
        (rgb("ffb47a", "e2502a"), rgb("2f1a0a", "0f0804")),
    ][random.integers(5)]
    cx, cy = random.uniform(0.32, 0.68) * width, random.uniform(0.36, 0.62) * height
    head = random.uniform(0.13, 0.24) * height
    count = int(random.integers(11, 30))
    for ring in range(3):
        reach = head * (2.5 - ring * 0.35)
        t = ring / 2
        color = tuple(petal[1][c] + (petal[0][c] - petal[1][c]) * t for c in range(3))
        _petals(
            picture,
            (cx, cy),
            (head * 0.6, reach),
            count,
            ring * 0.5,
            (color[0], color[1], color[2]),
        )
    seeds = int(random.integers(350, 700))
    for n in range(seeds):
        r = head * np.sqrt(n / seeds)
        angle = n * 2.399963
        t = n / seeds
        color = tuple(seed[0][c] + (seed[1][c] - seed[0][c]) * (1 - t) for c in range(3))
        light = 0.75 + 0.5 * ((n * 7) % 5) / 5
        place = ((cx + r * np.cos(angle)) / width, (cy + r * np.sin(angle)) / height)
        size = head * (0.022 + 0.024 * t) * (350 / seeds) ** 0.5 * 1.6 / height
        disc(picture, place, size, (color[0] * light, color[1] * light, color[2] * light))
    return picture


def _petals(
    picture: Array,
    center: tuple[float, float],
    reach: tuple[float, float],
    count: int,
    offset: float,
    color: Color,
) -> None:
    height, width = picture.shape[:2]
    mask, pen = drawing(width, height)
    veins, line = drawing(width, height)
    cx, cy = center
    along = np.linspace(0, 1, 14)
    half = np.sin(along**0.8 * np.pi) * reach[1] * 1.7 / count
    for n in range(count):
        angle = (n + offset) * 2 * np.pi / count
        ux, uy = np.cos(angle), np.sin(angle)
        r = reach[0] + (reach[1] - reach[0]) * along
        left = [(cx + ux * a - uy * b, cy + uy * a + ux * b) for a, b in zip(r, half, strict=True)]
        right = [(cx + ux * a + uy * b, cy + uy * a - ux * b) for a, b in zip(r, half, strict=True)]
        pen.polygon(left + right[::-1], fill=255)
        line.line([*right], fill=150, width=2)
        line.line(
            [(cx + ux * r[0], cy + uy * r[0]), (cx + ux * r[10], cy + uy * r[10])], fill=70, width=2
        )
    x, y = np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]
    cover = cover_of(mask, width, height)
    shadow = np.asarray(mask.filter(ImageFilter.BoxBlur(9)), np.float32) / 255
    blend(picture, (0.02, 0.02, 0.03), (shadow * (1 - cover) * 0.4).astype(np.float32))
    blend(picture, color, cover)
    far = np.clip(np.hypot(x - cx, y - cy) / reach[1], 0, 1)
    blend(
        picture,
        (color[0] * 0.55, color[1] * 0.4, color[2] * 0.4),
        (cover * np.clip(0.8 - far, 0, 1)).astype(np.float32),
    )
    blend(
        picture,
        (color[0] * 0.5, color[1] * 0.35, color[2] * 0.35),
        cover_of(veins, width, height) * cover,
    )


def fern(random: Random, width: int, height: int) -> Array:
    """Fern fronds, back-lit, one before another."""
    back = [
        rgb("0a1f12", "2f5f35", "cfe08f"),
        rgb("1f1408", "6a4a1f", "f0c86a"),
        rgb("08161f", "1f4a5f", "9fd6d0"),
    ][random.integers(3)]
    picture = ramp(np.clip(noise(random, width, height, (3, 3), 3) * 1.6 - 0.3, 0, 1), back)
    for depth in range(4):
        mask, pen = drawing(width, height)
        for _ in range(3 if depth < 3 else 2):
            _frond(pen, random, width, height, 0.5 + 0.25 * depth)
        shown = mask.filter(ImageFilter.GaussianBlur(6 - 2 * depth)) if depth < 3 else mask
        t = depth / 3
        tone = tuple(back[1][c] * (0.6 + 0.9 * t) + 0.15 * t * (c == 1) for c in range(3))
        blend(
            picture,
            (tone[0], tone[1], tone[2]),
            cover_of(shown, width, height) * np.float32(0.55 + 0.4 * t),
        )
    return picture


def _frond(pen: ImageDraw.ImageDraw, random: Random, width: int, height: int, size: float) -> None:
    x, y = random.uniform(-0.1, 1.1) * width, random.uniform(0.5, 1.15) * height
    angle, curl = random.uniform(-2.4, -0.7), random.uniform(-0.035, 0.035)
    step = size * height * 0.026
    for n in range(38):
        nx, ny = x + step * np.cos(angle), y + step * np.sin(angle)
        pen.line([(x, y), (nx, ny)], fill=255, width=max(2, int(size * 6 * (1 - n / 38))))
        reach = size * height * 0.26 * np.sin(np.pi * (0.12 + 0.88 * (1 - n / 38)) * 0.62)
        for side in (-1, 1):
            a = angle + side * 1.05
            tip = (x + reach * np.cos(a), y + reach * np.sin(a))
            w = step * 0.42
            mid = (
                x + reach * 0.45 * np.cos(a - side * 0.1),
                y + reach * 0.45 * np.sin(a - side * 0.1),
            )
            pen.polygon(
                [
                    (x - w * np.cos(angle), y - w * np.sin(angle)),
                    (mid[0] + w * np.cos(angle), mid[1] + w * np.sin(angle)),
                    tip,
                    (mid[0] - w * np.cos(angle), mid[1] - w * np.sin(angle)),
                ],
                fill=255,
            )
        x, y, angle = nx, ny, angle + curl


def balloons(random: Random, width: int, height: int) -> Array:
    """Hot-air balloons rising over hills in the morning."""
    sky = [
        rgb("5fa8d3", "bee3f5", "fff3d6"),
        rgb("6a4c93", "f08aa0", "ffd9a0"),
        rgb("3a6ea5", "a0c8e8", "fbe6d0"),
        rgb("e07a5f", "f2b880", "fdf0d5"),
    ][random.integers(4)]
    picture = vertical(width, height, sky)
    glow(picture, (float(random.uniform(0, 1)), 0.75), 0.5, (1.0, 0.9, 0.7), 0.25)
    for layer in range(3):
        tone = 0.62 - 0.2 * layer
        line = 0.76 + 0.09 * layer - 0.06 * profile(random, width, 3, 5, 0.45)
        below(
            picture,
            line,
            [(tone * 0.9, tone, tone * 0.95), (tone * 0.75, tone * 0.85, tone * 0.7)],
            0.2,
        )
    sizes = np.sort(random.uniform(0.035, 0.2, int(random.integers(4, 10))))
    for size in sizes:
        _balloon(picture, random, float(size))
    return picture


def _balloon(picture: Array, random: Random, size: float) -> None:
    height, width = picture.shape[:2]
    cx, cy = random.uniform(0.08, 0.92) * width, random.uniform(0.1, 0.62) * height
    r = size * height
    top, bottom = int(max(0, cy - r)), int(min(height, cy + r * 1.5))
    left, right = int(max(0, cx - r)), int(min(width, cx + r))
    if bottom - top < 4 or right - left < 4:
        return
    y = (np.arange(top, bottom, dtype=np.float32)[:, None] - cy) / r
    x = (np.arange(left, right, dtype=np.float32)[None, :] - cx) / r
    half = np.where(
        y < 0,
        np.sqrt(np.clip(1 - y * y, 0, 1)),
        np.clip(1 - 0.78 * (np.maximum(y, 0) / 1.25) ** 1.7, 0, 1),
    )
    half = np.where(y > 1.25, 0, half)
    inside = np.clip((half - np.abs(x)) * r, 0, 1)
    u = np.arcsin(np.clip(x / np.maximum(half, 1e-3), -1, 1)) / np.pi + 0.5
    colors = [
        rgb("e63946", "f1faee", "1d3557"),
        rgb("f4a261", "e76f51", "2a9d8f"),
        rgb("ffb703", "fb8500", "023047"),
        rgb("9b5de5", "fee440", "00bbf9"),
        rgb("d62828", "fcbf49", "eae2b7"),
    ][random.integers(5)]
    stripe = (np.floor(u * 12) % len(colors)).astype(int)
    paint = np.asarray(colors, np.float32)[stripe]
    light = np.clip(1.08 - 0.55 * (u - 0.3) ** 2 * 4 - 0.15 * y, 0.35, 1.2)[..., None]
    part = picture[top:bottom, left:right]
    part += inside[..., None].astype(np.float32) * (paint * light.astype(np.float32) - part)
    mask, pen = drawing(width, height)
    basket = cy + r * 1.5
    pen.rectangle([cx - r * 0.11, basket - r * 0.12, cx + r * 0.11, basket + r * 0.06], fill=255)
    for side in (-1, 1):
        pen.line(
            [(cx + side * r * 0.2, cy + r * 1.22), (cx + side * r * 0.1, basket)], fill=160, width=1
        )
    stamp(picture, mask, (0.25, 0.16, 0.1))


def stairs(random: Random, width: int, height: int) -> Array:
    """A spiral staircase from above: steps on a logarithmic spiral towards the light."""
    mood = [
        rgb("120c08", "6a4426", "e0b070", "fff2d6"),
        rgb("080c14", "26466a", "7fb0d6", "eef7ff"),
        rgb("140a12", "6a2648", "e07a8f", "ffe6e0"),
        rgb("0c0f0a", "3f5a36", "a8c47f", "f6fae0"),
    ][random.integers(4)]
    x, y = axes(width, height)
    cx, cy = random.uniform(0.38, 0.62), random.uniform(0.38, 0.62)
    dx, dy = (x - cx) * width / height, y - cy
    radius = np.hypot(dx, dy * random.uniform(0.9, 1.2)) + 1e-4
    turn = random.choice([-1.0, 1.0])
    spiral = turn * np.arctan2(dy, dx) / (2 * np.pi) + np.log(radius) * random.uniform(0.75, 1.2)
    level = spiral - np.floor(spiral)
    steps = spiral * random.integers(13, 22) + turn * np.arctan2(dy, dx) * random.integers(1, 4)
    tread = steps - np.floor(steps)
    rail = np.exp(-(((level - 0.9) / 0.035) ** 2))
    value = (
        0.16
        + 0.3 * tread * (level < 0.78)
        + 0.45 * np.exp(-radius * 2.3)
        + 0.12 * (level > 0.78) * (1 - tread * 0.5)
    )
    value = value * (0.75 + 0.35 * level) + 0.45 * rail * np.exp(-radius)
    picture = ramp(np.clip(value, 0, 1).astype(np.float32), mood)
    glow(picture, (float(cx), float(cy)), 0.07, mood[3], 0.8)
    return picture
