"""Painting functions for procedural scenes: gradients, noise, glows, layers.

Pictures are float32 arrays (height, width, 3) of sRGB values 0..1; coordinates run 0..1 from the
upper left. All randomness comes from the passed generator, so that a seed determines a picture.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Array = NDArray[np.float32]
Color = tuple[float, float, float]
Random = np.random.Generator


def rgb(*codes: str) -> list[Color]:
    """Return colors from hex codes like "f4a261"."""
    return [(int(c[0:2], 16) / 255, int(c[2:4], 16) / 255, int(c[4:6], 16) / 255) for c in codes]


def axes(width: int, height: int) -> tuple[Array, Array]:
    """Return x as a row and y as a column, both 0..1, ready to broadcast."""
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    return x, y


def ramp(values: Array, colors: Sequence[Color], stops: Sequence[float] | None = None) -> Array:
    """Return the colors of a gradient at `values` (any shape), stops evenly spread by default."""
    places = np.linspace(0, 1, len(colors)) if stops is None else np.asarray(stops)
    table_at = np.linspace(0, 1, 1024)
    table = np.stack(
        [np.interp(table_at, places, [color[i] for color in colors]) for i in range(3)], axis=-1
    ).astype(np.float32)
    index = np.clip(values * 1023, 0, 1023).astype(np.int16)
    return table[index]


def vertical(width: int, height: int, colors: Sequence[Color], power: float = 1.0) -> Array:
    """Return a picture filled with a gradient from top to bottom."""
    y = np.linspace(0, 1, height, dtype=np.float32) ** np.float32(power)
    column = ramp(y, colors)[:, None, :]
    return np.ascontiguousarray(np.broadcast_to(column, (height, width, 3)))


def resize(field: Array, width: int, height: int) -> Array:
    """Return a small two-dimensional field enlarged smoothly."""
    image = Image.fromarray(field.astype(np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))


def noise(
    random: Random, width: int, height: int, cells: tuple[int, int], octaves: int = 4
) -> Array:
    """Return smooth noise 0..1, `cells` lumps across and down, each octave half as strong."""
    total = np.zeros((height, width), np.float32)
    strength, sum_of = 1.0, 0.0
    across, down = cells
    for _ in range(octaves):
        grid = random.random((max(2, down), max(2, across)), np.float32)
        total += np.float32(strength) * resize(grid, width, height)
        sum_of += strength
        strength *= 0.5
        across, down = across * 2, down * 2
    return total / np.float32(sum_of)


def profile(random: Random, width: int, lumps: int, octaves: int, fall: float = 0.5) -> Array:
    """Return a skyline of `width` heights around 0: each octave `fall` times as high."""
    total = np.zeros(width, np.float32)
    at = np.linspace(0, 1, width)
    strength = 1.0
    for octave in range(octaves):
        count = lumps * 2**octave + 1
        heights = random.uniform(-1, 1, count)
        total += (strength * np.interp(at, np.linspace(0, 1, count), heights)).astype(np.float32)
        strength *= fall
    return total


def glow(
    picture: Array, center: tuple[float, float], radius: float, color: Color, k: float
) -> None:
    """Add light around `center` (x, y) in place, falling off within `radius` picture heights."""
    height, width = picture.shape[:2]
    x, y = axes(width, height)
    aspect = width / height
    distance2 = ((x - center[0]) * aspect) ** 2 + (y - center[1]) ** 2
    light = np.float32(k) * np.exp(-distance2 / np.float32(radius * radius))
    for channel in range(3):
        picture[..., channel] += light * np.float32(color[channel])


def disc(picture: Array, center: tuple[float, float], radius: float, color: Color) -> None:
    """Paint a disc with a soft edge in place; `radius` in picture heights."""
    height, width = picture.shape[:2]
    reach = radius * 1.1 + 2 / height
    top, bottom = _span(center[1] - reach, center[1] + reach, height)
    left, right = _span(
        center[0] - reach * height / width, center[0] + reach * height / width, width
    )
    if top >= bottom or left >= right:
        return
    y = np.arange(top, bottom, dtype=np.float32)[:, None] - center[1] * height
    x = np.arange(left, right, dtype=np.float32)[None, :] - center[0] * width
    cover = np.clip(radius * height - np.sqrt(x * x + y * y) + 0.5, 0, 1)[..., None]
    part = picture[top:bottom, left:right]
    part += cover.astype(np.float32) * (np.asarray(color, np.float32) - part)


def below(picture: Array, line: Array, colors: Sequence[Color], depth: float = 1.0) -> None:
    """Fill everything under `line` (a height 0..1 for each column) in place.

    The color runs through `colors` over `depth` of the height, measured from the line.
    """
    height, _ = picture.shape[:2]
    top = max(0, int(float(line.min()) * height) - 1)
    if top >= height:
        return
    y = np.linspace(0, 1, height, dtype=np.float32)[top:, None]
    under = y - line[None, :].astype(np.float32)
    cover = np.clip(under * height + 0.5, 0, 1)[..., None]
    paint = ramp(np.clip(under / np.float32(depth), 0, 1), colors)
    part = picture[top:]
    paint -= part
    paint *= cover
    part += paint


def blend(picture: Array, color: Color, cover: Array) -> None:
    """Mix `color` into the picture in place, by `cover` 0..1 for each pixel."""
    for channel in range(3):
        plane = picture[..., channel]
        plane += cover * (np.float32(color[channel]) - plane)


def drawing(width: int, height: int, scale: int = 1) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return an empty mask and a pen on it, `scale` times as large."""
    mask = Image.new("L", (width * scale, height * scale), 0)
    return mask, ImageDraw.Draw(mask)


def cover_of(mask: Image.Image, width: int, height: int) -> Array:
    """Return a drawn mask as cover 0..1 at picture size."""
    if mask.size != (width, height):
        mask = mask.resize((width, height), Image.Resampling.BOX)
    return np.asarray(mask, np.float32) * np.float32(1 / 255)


def stamp(
    picture: Array,
    mask: Image.Image,
    color: Color,
    strength: float = 1.0,
    shift: tuple[int, int] = (0, 0),
) -> None:
    """Mix `color` in where the mask (of picture size) is drawn, moved right and down by `shift`.

    Changes only the drawn rectangle, so small shapes are fast.
    """
    box = mask.getbbox()
    if box is None:
        return
    height, width = picture.shape[:2]
    right, down = shift
    left, top = box[0], box[1]
    last_x, last_y = min(box[2], width - right), min(box[3], height - down)
    if last_x <= left or last_y <= top:
        return
    cover = np.asarray(mask.crop((left, top, last_x, last_y)), np.float32)
    cover = cover * np.float32(strength / 255)
    part = picture[top + down : last_y + down, left + right : last_x + right]
    blend(part, color, cover)


def stars(picture: Array, random: Random, count: int, lowest: float = 1.0) -> None:
    """Scatter stars above `lowest` in place, few bright and many faint."""
    height, width = picture.shape[:2]
    for _ in range(count):
        x, y = random.random() * (width - 3), random.random() * (height * lowest - 3)
        light = float(random.random() ** 5)
        tint = np.asarray([0.75 + 0.25 * random.random(), 0.85, 1.0], np.float32)
        row, column = int(max(y, 0)), int(x)
        picture[row, column] += tint * (0.25 + 0.75 * light)
        if light > 0.35:
            picture[row : row + 2, column : column + 2] += tint * light * 0.5


def finish(
    picture: Array, random: Random, vignette: float = 0.18, grain: float = 0.006
) -> Image.Image:
    """Return the picture as 8 bit, with a darker rim and grain against banding."""
    height, width = picture.shape[:2]
    x, y = axes(width, height)
    rim = 1 - np.float32(vignette) * ((x - 0.5) ** 2 + (y - 0.5) ** 2) * 2
    tile = random.standard_normal((256, 256), np.float32) * np.float32(grain)
    rows, columns = -(-height // 256), -(-width // 256)
    fine = np.tile(tile, (rows, columns))[:height, :width]
    picture *= rim[..., None]
    picture += fine[..., None]
    np.clip(picture, 0, 1, out=picture)
    picture *= 255
    picture += 0.5
    return Image.fromarray(picture.astype(np.uint8))


def _span(low: float, high: float, size: int) -> tuple[int, int]:
    return max(0, int(low * size)), min(size, int(high * size) + 1)
