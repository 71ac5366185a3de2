"""Scenes of the night: star trails, aurora, the Milky Way, a skyline, lights out of focus."""

import numpy as np
from PIL import ImageFilter

from photo_assets.sample.scenes.canvas import (
    Array,
    Random,
    axes,
    below,
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


def star_trails(random: Random, width: int, height: int) -> Array:
    """An hour of stars turning around the pole, over a dark ridge."""
    sky = [
        rgb("02040f", "0d1b3e", "2c4a7c"),
        rgb("05020f", "22123f", "6a3a6f"),
        rgb("010a0f", "0b2c3a", "3d6f73"),
    ][random.integers(3)]
    picture = vertical(width, height, sky)
    pole = (random.uniform(0.15, 0.85) * width, random.uniform(-0.05, 0.55) * height)
    sweep = random.uniform(18, 60)
    tints = [(0.75, 0.85, 1.0), (1.0, 0.9, 0.75), (0.95, 0.97, 1.0)]
    for tint in tints:
        mask, pen = drawing(width, height)
        for _ in range(170):
            r = random.uniform(0.01, 1.25) * width
            start = random.uniform(0, 360)
            box = [pole[0] - r, pole[1] - r, pole[0] + r, pole[1] + r]
            level = int(60 + 195 * random.random() ** 2)
            pen.arc(box, start, start + sweep, fill=level, width=2 if level > 190 else 1)
        stamp(picture, mask, tint)
    base = float(random.uniform(0.68, 0.86))
    glow(picture, (float(random.uniform(0, 1)), base), 0.3, (0.9, 0.55, 0.3), 0.3)
    below(picture, base - 0.07 * profile(random, width, 4, 7, 0.52), rgb("0a0c14", "020307"), 0.3)
    return picture


def aurora(random: Random, width: int, height: int) -> Array:
    """Curtains of green and violet over snow or a lake that mirrors them."""
    picture = vertical(width, height, rgb("03071a", "081a33", "123447"))
    stars(picture, random, 420, 0.7)
    horizon = float(random.uniform(0.66, 0.8))
    x = np.linspace(0, 1, width, dtype=np.float32)
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    tops = [(0.25, 1.0, 0.55), (0.3, 0.95, 0.85), (0.7, 0.35, 0.95), (0.95, 0.4, 0.6)]
    for band in range(int(random.integers(2, 5))):
        foot = float(random.uniform(0.3, 0.62))
        bend = 0.16 * profile(random, width, 3, 3, 0.45)
        smooth = np.convolve(np.pad(bend, 40, mode="edge"), np.ones(81) / 81, "valid")
        line = (foot + smooth)[None, :].astype(np.float32)
        streak = np.interp(x, np.linspace(0, 1, 160), random.uniform(0.25, 1, 160)).astype(
            np.float32
        )
        above = line - y
        fade = np.where(
            above > 0, np.exp(-above / (0.1 + 0.16 * streak[None, :])), np.exp(above * 38)
        )
        light = (fade * streak[None, :] * float(random.uniform(0.4, 0.75))).astype(np.float32)
        low, high = tops[0 if band == 0 else random.integers(2)], tops[random.integers(1, 4)]
        t = np.clip(above * 3.2, 0, 1).astype(np.float32)
        for c in range(3):
            picture[..., c] += light * (low[c] + (high[c] - low[c]) * t)
    below(
        picture,
        horizon - 0.05 - 0.07 * profile(random, width, 4, 7, 0.5),
        rgb("0a1420", "040a12"),
        0.2,
    )
    split = int(horizon * height)
    if random.random() < 0.6:
        mirror = picture[max(0, 2 * split - height) : split][::-1][: height - split]
        shift = (noise(random, width, height - split, (6, 60), 2) - 0.5) * 0.12
        picture[split : split + len(mirror)] = mirror * 0.7 * (1 + shift[: len(mirror), :, None])
    else:
        drift = horizon + 0.03 + 0.02 * profile(random, width, 3, 3, 0.3)
        below(picture, drift, rgb("5f8f8f", "28465a", "16283a"), 0.3)
    return picture


def milky_way(random: Random, width: int, height: int) -> Array:
    """The band of the galaxy with its dust, over a lone tent that glows."""
    x, y = axes(width, height)
    tilt, shift = random.uniform(-1.3, 1.3), random.uniform(0.3, 0.6)
    across = (x - shift) * width / height + (y - 0.5) * tilt
    band = np.exp(-((across / 0.3) ** 2))
    dust = noise(random, width, height, (6, 6), 5)
    lane = np.clip((noise(random, width, height, (9, 9), 5) - 0.5) * 4, 0, 1) * np.exp(
        -((across / 0.12) ** 2)
    )
    value = np.clip(band * (0.25 + dust * 0.75) - lane * 0.4, 0, 1).astype(np.float32)
    mood = [
        rgb("04050f", "1c2147", "7a5f8f", "f0d0b0"),
        rgb("03080f", "123048", "4f88a0", "e6efe0"),
        rgb("0a040c", "3a1a3a", "a0536a", "ffd0a0"),
    ][random.integers(3)]
    picture = ramp(value, mood)
    stars(picture, random, 1500)
    base = float(random.uniform(0.76, 0.9))
    line = base - 0.06 * profile(random, width, 4, 6, 0.5)
    glow(picture, (float(random.uniform(0, 1)), base), 0.2, (0.5, 0.35, 0.25), 0.4)
    below(picture, line, rgb("0b0a10", "030305"), 0.2)
    at = int(random.uniform(0.2, 0.8) * width)
    foot, size = (float(line[at]) + 0.03) * height, random.uniform(0.04, 0.08) * height
    mask, pen = drawing(width, height)
    pen.polygon([(at - size, foot), (at, foot - size), (at + size * 1.2, foot)], fill=255)
    stamp(picture, mask, (1.0, 0.72, 0.3))
    glow(picture, (at / width, foot / height - 0.02), 0.08, (1.0, 0.6, 0.2), 0.5)
    return picture


def skyline(random: Random, width: int, height: int) -> Array:
    """Towers at dusk with their windows lit, doubled in the water."""
    sky = [
        rgb("141a3c", "4a3f78", "d0678a", "ffb37a"),
        rgb("0c1c3a", "25508a", "7fb0d6", "ffe3b8"),
        rgb("1f1030", "6a2858", "e0634f", "ffc45f"),
        rgb("10222b", "2f5a66", "8fb3a8", "f6d9a8"),
    ][random.integers(4)]
    picture = vertical(width, height, sky, 1.1)
    water = int(random.uniform(0.66, 0.8) * height)
    for layer in range(3):
        depth = layer / 2
        tone = [(0.34, 0.3, 0.46), (0.2, 0.18, 0.32), (0.07, 0.07, 0.14)][layer]
        _towers(picture, random, water, depth, tone)
    mirror = picture[max(0, 2 * water - height) : water][::-1]
    rows = height - water
    mirror = mirror[:rows]
    sway = (noise(random, 1, rows, (2, 60), 2)[:, 0] - 0.5) * 22
    for row in range(len(mirror)):
        picture[water + row] = np.roll(mirror[row], int(sway[row] * (0.3 + row / rows)), axis=0)
    ripple = noise(random, width, rows, (30, 160), 2)[..., None]
    picture[water:] *= 0.3 + 0.45 * ripple
    picture[water:] += np.asarray(sky[0], np.float32) * 0.2
    return picture


def _towers(
    picture: Array, random: Random, base: int, depth: float, tone: tuple[float, float, float]
) -> None:
    height, width = picture.shape[:2]
    x = -20.0
    tallest = (0.62 - 0.25 * depth) * base
    while x < width:
        wide = random.uniform(0.025, 0.075) * width
        hill = 0.45 + 0.55 * np.exp(-(((x / width - 0.5 + 0.2 * (depth - 0.5)) / 0.33) ** 2))
        top = base - tallest * hill * random.uniform(0.35, 1.0)
        left, right, roof = int(max(x, 0)), int(min(x + wide, width)), int(top)
        if right > left:
            picture[roof:base, left:right] = np.asarray(tone, np.float32)
            if random.random() < 0.25:
                mast = (left + right) // 2
                picture[max(0, roof - int(0.06 * height)) : roof, mast : mast + 2] = tone
            _windows(picture[roof:base, left:right], random, depth)
        x += wide + random.uniform(-0.012, 0.012) * width


def _windows(front: Array, random: Random, depth: float) -> None:
    pitch, size = 9 + int(4 * depth), 3 + int(3 * depth)
    rows, columns = (front.shape[0] - 6) // pitch, (front.shape[1] - 6) // pitch
    if rows < 1 or columns < 1:
        return
    lit = random.random((rows, columns)) < random.uniform(0.15, 0.6) * (0.5 + 0.5 * depth)
    warm = np.asarray([1.0, random.uniform(0.7, 0.92), random.uniform(0.35, 0.75)], np.float32)
    for row, column in np.argwhere(lit):
        y, x = 5 + row * pitch, 4 + column * pitch
        level = 0.45 + 0.55 * float(random.random())
        front[y : y + size + 1, x : x + size] = warm * np.float32(level * (0.45 + 0.55 * depth))


def bokeh(random: Random, width: int, height: int) -> Array:
    """City lights out of focus behind wet glass."""
    base = [
        rgb("0a0a14", "1a1430", "2f1a3a"),
        rgb("060f14", "0f2a33", "1f4a4a"),
        rgb("140a06", "33170f", "5a2a14"),
        rgb("0a0c1c", "141f4a", "2a3f7a"),
    ][random.integers(4)]
    picture = vertical(width, height, base)
    family = [
        [(1.0, 0.75, 0.35), (1.0, 0.45, 0.3), (1.0, 0.9, 0.7)],
        [(0.35, 0.8, 1.0), (0.6, 0.55, 1.0), (1.0, 0.6, 0.8)],
        [(0.5, 1.0, 0.6), (1.0, 0.85, 0.4), (0.4, 0.8, 0.9)],
    ][random.integers(3)]
    small = (width // 2, height // 2)
    focus = random.uniform(0.3, 0.7)
    for color in family:
        mask, pen = drawing(*small)
        for _ in range(int(random.integers(14, 34))):
            r = random.uniform(0.02, 0.085) * small[1]
            cx, cy = random.uniform(0, 1) * small[0], random.normal(focus, 0.2) * small[1]
            level = int(random.uniform(40, 150))
            pen.ellipse([cx - r, cy - r, cx + r, cy + r], fill=level, outline=min(255, level + 50))
        soft = mask.filter(ImageFilter.GaussianBlur(1.5)).resize((width, height))
        cover = np.asarray(soft, np.float32) * np.float32(1 / 255)
        for c in range(3):
            picture[..., c] += cover * np.float32(color[c])
    return picture
