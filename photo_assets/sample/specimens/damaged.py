"""Damaged pictures, and other files with names of pictures: failed cards and downloads.

Half a JPEG, the most common case, is in the NAS's inbox; see `catalogs.folders`.
"""

import hashlib
from datetime import datetime

from photo_assets.sample.formats.exif import exif_block
from photo_assets.sample.formats.jpeg import with_metadata
from photo_assets.sample.specimens.specimen import Painter, Specimen, exposure

_RESCUED = datetime(2024, 7, 20, 9, 0)
_TAKEN = datetime(2024, 7, 15, 12, 0)


def damaged_files(painter: Painter) -> tuple[Specimen, ...]:
    """Return the files, from the least to the most damaged."""
    stated = exif_block(exposure("Canon", "Canon PowerShot G7 X", _TAKEN))
    whole = with_metadata(painter.jpeg("lavender", 40), stated)
    return (
        Specimen(
            path="Rescued/without its last two bytes.jpg",
            picture="rescued-cut cut",
            content=whole[:-2],
            written=_RESCUED,
            states={"capture_time": _TAKEN},
            damage="damaged",
        ),
        _damaged("noise.jpg", _noise(painter.seed, 4000)),
        _damaged("page of a web site.jpg", b"<!DOCTYPE html>\n<html><title>404</title></html>\n"),
        _damaged("zeros.jpg", bytes(4000)),
    )


def _damaged(name: str, content: bytes) -> Specimen:
    form = name.partition(".")[0].partition(" ")[0]
    return Specimen(
        path=f"Rescued/{name}",
        picture=f"rescued-{form} {form}",
        content=content,
        written=_RESCUED,
        states={"capture_time": None},
        damage="unknown_format",
    )


def _noise(seed: int, size: int) -> bytes:
    """Return random-looking bytes that do not begin like any format."""
    return hashlib.shake_256(f"noise {seed}".encode()).digest(size)
