"""Whether a picture file is an animation: APNG, GIF, WebP, HEIF and AVIF sequences, JPEG XL.

Determined from headers. Videos do not count as animations.
"""

from typing import BinaryIO

from photo_assets.identity.fingerprints import jxl_header, png_decoder
from photo_assets.media.exif import jpegxl
from photo_assets.media.exif.boxes import first
from photo_assets.media.exif.window import Window

_SEQUENCES = frozenset({b"avis", b"msf1", b"hevc", b"hevx", b"hevm", b"hevs"})
_MAX_BLOCKS = 100_000


def is_animation(stream: BinaryIO) -> bool:
    """Return whether the file contains several pictures to show in sequence."""
    window = Window(stream)
    head = window.at(0, 64)
    if head.startswith(png_decoder.SIGNATURE):
        return _png(window)
    if head[:4] == b"GIF8":
        return _gif(window)
    if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X":
        return bool(head[20] & 0x02)
    if head[4:8] == b"ftyp":
        end = min(int.from_bytes(head[:4]), len(head))
        brands = {head[8:12], *(head[n : n + 4] for n in range(16, end, 4))}
        return not brands.isdisjoint(_SEQUENCES) and first(window, b"moov") is not None
    if head.startswith((jxl_header.BOXED, jpegxl.SIGNATURE)):
        try:
            return jxl_header.jxl_header(window).is_animated
        except ValueError:
            return False
    return False


def _png(window: Window) -> bool:
    """Return whether an animation control chunk precedes the pixels."""
    offset = len(png_decoder.SIGNATURE)
    for _ in range(_MAX_BLOCKS):
        head = window.at(offset, 8)
        if len(head) < 8 or head[4:] == b"IDAT":
            return False
        if head[4:] == b"acTL":
            return True
        offset += 12 + int.from_bytes(head[:4])
    return False


def _gif(window: Window) -> bool:
    """Return whether there is a second image descriptor."""
    flags = window.at(10, 1)
    offset, pictures = 13 + _table(flags), 0
    for _ in range(_MAX_BLOCKS):
        kind = window.at(offset, 1)
        if kind == b",":
            pictures += 1
            offset += 11 + _table(window.at(offset + 9, 1))
        elif kind == b"!":
            offset += 2
        else:
            return False
        if pictures == 2:
            return True
        for _ in range(_MAX_BLOCKS):
            length = window.at(offset, 1) or b"\0"
            offset += 1 + length[0]
            if not length[0]:
                break
    return False


def _table(flags: bytes) -> int:
    """Return the length of the color table declared by these flags, bytes."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0
