"""Drawing one contact sheet: tiles with captions. Storing sheets is not done here."""

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from photo_assets.identity.lookalikes.sheets.captions import (
    role_text,
    size_text,
    time_text,
    title,
    visible,
)
from photo_assets.identity.lookalikes.sheets.subjects import Group, Subject

RECIPE = 1
"""Part of a sheet's name: raise it when the same content would be drawn differently."""

_TILE, _GAP, _LINE, _HEAD = 240, 16, 18, 44
_CAPTION = 4 * _LINE + 8
_MOST_COLUMNS = 6
_PAPER, _INK, _FAINT, _CARD, _ACCENT = "#171a26", "#e6e9f5", "#9aa1bd", "#252a3d", "#6fcb9f"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw_sheet(group: Group, thumbnails: dict[bytes, Path]) -> Image.Image:
    """Return a group's sheet; a photo without a readable thumbnail gets a plain tile."""
    count = len(group.subjects)
    columns = min(count, _MOST_COLUMNS)
    rows = -(-count // columns)
    left_out = group.photo_count - count
    width = _GAP + max(columns, 2) * (_TILE + _GAP)
    height = _HEAD + rows * (_TILE + _CAPTION + _GAP) + (_LINE + _GAP if left_out else 0)
    sheet = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    large, plain = _font(17), _font(13)
    draw.text((_GAP, 13), _fitting(title(group), large, width - 2 * _GAP), _INK, large)
    for seat, subject in enumerate(group.subjects):
        left = _GAP + (seat % columns) * (_TILE + _GAP)
        top = _HEAD + (seat // columns) * (_TILE + _CAPTION + _GAP)
        _draw_tile(sheet, (left, top), subject, thumbnails.get(subject.sha256 or b""))
        lines = (
            role_text(subject, group),
            subject.file_name,
            size_text(subject),
            time_text(subject),
        )
        for number, line in enumerate(lines):
            place = (left, top + _TILE + 6 + number * _LINE)
            color = (_ACCENT, _INK, _FAINT, _FAINT)[number]
            draw.text(place, _fitting(visible(line), plain, _TILE), color, plain)
    if left_out:
        words = f"and {left_out:,} more that are not shown"
        draw.text((_GAP, height - _LINE - _GAP), words, _FAINT, plain)
    return sheet


def encode(sheet: Image.Image, quality: int = 85) -> bytes:
    """Return a sheet as JPEG."""
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def preview(sheet: Image.Image, width: int, most_bytes: int) -> bytes | None:
    """Return a small JPEG of a sheet, or None if it cannot be made small enough."""
    height = max(1, round(sheet.height * width / sheet.width))
    small = sheet.resize((width, height), Image.Resampling.LANCZOS)
    for quality in (70, 50, 30):
        found = encode(small, quality)
        if len(found) <= most_bytes:
            return found
    return None


def _draw_tile(
    sheet: Image.Image, corner: tuple[int, int], subject: Subject, thumbnail: Path | None
) -> None:
    left, top = corner
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((left, top, left + _TILE - 1, top + _TILE - 1), fill=_CARD)
    picture = _picture(thumbnail) if thumbnail is not None else None
    if picture is None:
        font = _font(14)
        name = _fitting(visible(subject.file_name) or "no picture", font, _TILE - 24)
        draw.text((left + _TILE // 2, top + _TILE // 2), name, _FAINT, font, anchor="mm")
        return
    place = (left + (_TILE - picture.width) // 2, top + (_TILE - picture.height) // 2)
    sheet.paste(picture, place)


def _picture(file: Path) -> Image.Image | None:
    try:
        with Image.open(file, formats=("JPEG",)) as image:
            image.draft("RGB", (_TILE, _TILE))
            picture = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None  # it is derived, and may be being written: the next run reads it
    scale = _TILE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _font(size: int) -> Font:
    return ImageFont.load_default(size)


def _fitting(text: str, font: Font, width: int) -> str:
    """Return text shortened in the middle until it fits, which keeps a name's extension."""
    text = text[:400]
    if font.getlength(text) <= width:
        return text
    keep = len(text)
    while keep > 2:
        keep -= 1
        tail = min(8, keep // 2)
        short = f"{text[: keep - tail]}…{text[len(text) - tail :]}"
        if font.getlength(short) <= width:
            return short
    return "…"
