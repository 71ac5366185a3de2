"""Copies planted in the corpus: what people and programs make of a photo, with the truth known."""

import io
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PIL import Image, ImageOps

from photo_assets.sample.formats.exif import Exposure, exif_block
from photo_assets.sample.formats.jpeg import with_metadata

_SMALLER = 2048
_BRIGHTER = 1.12
_CUT = 0.015
_EXIF_STARTS = 2


class Kind(StrEnum):
    """What was done to a copy."""

    EXACT = "exact"
    RETAGGED = "retagged"  # other EXIF before the same image data
    RESIZED = "resized"  # exported: upright, without EXIF, at most 2048 pixels
    REENCODED = "reencoded"  # exported at full size: upright, without EXIF, quality 80
    BRIGHTENED = "brightened"  # levels up by 12 %, EXIF kept
    CROPPED = "cropped"  # 1.5 % cut off at each side, EXIF kept


KINDS = tuple(Kind)
CERTAIN = frozenset({Kind.EXACT, Kind.RETAGGED, Kind.RESIZED, Kind.REENCODED})
"""What our own search must find all of."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A copy and what it was made from."""

    kind: Kind
    original: Path
    copy: Path


def plant(planted: Planted) -> None:
    """Write the copy."""
    content = planted.original.read_bytes()
    match planted.kind:
        case Kind.EXACT:
            made = content
        case Kind.RETAGGED:
            made = retagged(content)
        case _:
            made = _edited(content, planted.kind)
    planted.copy.write_bytes(made)


def retagged(jpeg: bytes) -> bytes:
    """Return `jpeg` with its first segment, the EXIF, rewritten by another program."""
    length = int.from_bytes(jpeg[4:6], "big")
    bare = jpeg[:_EXIF_STARTS] + jpeg[_EXIF_STARTS + 2 + length :]
    with Image.open(io.BytesIO(jpeg)) as image:
        orientation = image.getexif().get(0x0112, 1)
    said = Exposure(
        make="Canon",
        model="Canon EOS 80D",
        lens="18-135mm",
        serial=None,
        f_number=4.0,
        exposure_s=0.01,
        iso=100,
        focal_mm=35.0,
        orientation=orientation,
        artist="Mara Holm",
        description="sorted and tagged",
    )
    return with_metadata(bare, exif=exif_block(said))


def _edited(jpeg: bytes, kind: Kind) -> bytes:
    with Image.open(io.BytesIO(jpeg)) as image:
        exif = image.info["exif"]
        image.load()
        match kind:
            case Kind.RESIZED:
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((_SMALLER, _SMALLER), Image.Resampling.LANCZOS)
                return _encoded(upright, 88)
            case Kind.REENCODED:
                return _encoded(ImageOps.exif_transpose(image), 80)
            case Kind.BRIGHTENED:
                lighter = image.point(
                    [min(255, round(level * _BRIGHTER)) for level in range(256)] * 3
                )
                return _encoded(lighter, 90, exif)
            case _:
                across, down = round(image.width * _CUT), round(image.height * _CUT)
                box = (across, down, image.width - across, image.height - down)
                return _encoded(image.crop(box), 90, exif)


def _encoded(image: Image.Image, quality: int, exif: bytes | None = None) -> bytes:
    stream = io.BytesIO()
    if exif is None:
        clean = image.copy()
        clean.info.clear()
        clean.save(stream, "JPEG", quality=quality)
    else:
        image.save(stream, "JPEG", quality=quality, exif=exif)
    return stream.getvalue()
