"""Small charts for the UI, as PNG in data URLs: a few kilobytes, and no files to keep current."""

import base64
import io
from collections.abc import Mapping

from PIL import Image, ImageDraw

_CELL_W, _CELL_H, _GAP, _LEFT = 7, 14, 6, 110
_BAR = 300
_MOST_YEARS = 40
# Perceptually even steps from none to many, readable on light and dark themes.
_STEPS = ("#2a2f45", "#2f4b7c", "#3f77a8", "#48a3b5", "#6fcb9f", "#c7e77f", "#fff3a0")


def month_grid(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Return a chart with one row per source and one cell per month; brighter cells count more.

    `counts` maps source to month (`YYYY-MM-01`) to count; the last forty years are drawn.
    """
    months = {month for row in counts.values() for month in row}
    last = max(int(month[:4]) for month in months)
    first = max(min(int(month[:4]) for month in months), last - _MOST_YEARS + 1)
    years = range(first, last + 1)
    most = max(n for row in counts.values() for n in row.values())
    width = _LEFT + len(years) * (12 * _CELL_W + _GAP)
    image = Image.new("RGB", (width, 18 + len(counts) * (_CELL_H + 4)), "#171a26")
    draw = ImageDraw.Draw(image)
    for column, year in enumerate(years):
        draw.text((_LEFT + column * (12 * _CELL_W + _GAP), 3), str(year), fill="#aab0c8")
    for row, (source, values) in enumerate(sorted(counts.items())):
        top = 18 + row * (_CELL_H + 4)
        draw.text((4, top), source[:17], fill="#d8dcee")
        for column, year in enumerate(years):
            for month in range(12):
                left = _LEFT + column * (12 * _CELL_W + _GAP) + month * _CELL_W
                count = values.get(f"{year}-{month + 1:02d}-01", 0)
                box = (left, top, left + _CELL_W - 2, top + _CELL_H - 2)
                draw.rectangle(box, fill=_STEPS[_level(count, most)])
    return _data_address(image)


def bars(counts: Mapping[str, int]) -> str:
    """Return a bar chart with one bar per key of `counts`, in their order."""
    most = max(counts.values(), default=0) or 1
    image = Image.new("RGB", (_LEFT + _BAR + 70, 8 + len(counts) * (_CELL_H + 4)), "#171a26")
    draw = ImageDraw.Draw(image)
    for row, (word, count) in enumerate(counts.items()):
        top = 4 + row * (_CELL_H + 4)
        draw.text((4, top), word[:17], fill="#d8dcee")
        length = round(_BAR * count / most) if count else 0
        if length or count:
            box = (_LEFT, top, _LEFT + max(length, 2), top + _CELL_H - 2)
            draw.rectangle(box, fill=_STEPS[4])
        draw.text((_LEFT + length + 8, top), f"{count:,}", fill="#aab0c8")
    return _data_address(image)


def _level(count: int, most: int) -> int:
    if count == 0:
        return 0
    # Logarithmic: a month with ten photos must remain visible beside one with a thousand.
    share = (count.bit_length()) / max(most.bit_length(), 1)
    return max(1, min(len(_STEPS) - 1, round(share * (len(_STEPS) - 1))))


def _data_address(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=16).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
