"""The sensitivity in maker notes of Canon and Nikon, whose older cameras state it only there.

Both notes are directories; offsets in Canon's count from the start of the EXIF structure, in newer
ones of Nikon's from a TIFF header of their own. Tags as exiftool documents them.
"""

import math

from photo_assets.media.exif.parts import Directories
from photo_assets.media.exif.tiff import Directory, Tiff
from photo_assets.media.exif.window import ExifError, Window

_MAKE, _MAKER_NOTE = 0x010F, 0x927C
_CANON_SETTINGS, _CANON_SHOT = 0x0001, 0x0004  # lists of 16-bit numbers
_SETTING, _AUTO, _BASE = 16, 1, 2  # indexes in them
_CANON_CODES = {16: 50, 17: 100, 18: 200, 19: 400, 20: 800}
_IS_NUMBER, _NOT_KNOWN = 0x4000, 0x7FFF
_NIKON_ISO, _NIKON, _NIKON_HEADER = 0x0002, b"Nikon\0\2", 10


def maker_iso(found: Directories) -> int | None:
    """Return the ISO sensitivity of a maker note, None where it has no known one."""
    make = (found.main.text(_MAKE) or "").upper() if found.main else ""
    if found.exif is None:
        return None
    if make.startswith("CANON"):
        return _canon(found.exif.inner(_MAKER_NOTE))
    return _nikon(found.exif) if make.startswith("NIKON") else None


def _canon(note: Directory | None) -> int | None:
    """Return the sensitivity set by the user, or the automatic one: base times factor."""
    if note is None:
        return None
    setting = int(_at(note.numbers(_CANON_SETTINGS), _SETTING))
    if setting in _CANON_CODES:
        return _CANON_CODES[setting]
    if setting & _IS_NUMBER and setting != _NOT_KNOWN:
        return setting & (_IS_NUMBER - 1)
    shot = note.numbers(_CANON_SHOT)
    auto, base = _at(shot, _AUTO), _at(shot, _BASE)
    if not (0 < base < 512 and abs(auto) < 512):
        return None
    # Both in 32nds of a stop: the automatic factor around 1, the base around 100/32.
    return round(math.pow(2, auto / 32) * math.pow(2, base / 32) * 100 / 32)


def _nikon(exif: Directory) -> int | None:
    data = exif.data(_MAKER_NOTE)
    note: Directory | None
    if data.startswith(_NIKON):
        try:
            note = Tiff(Window.of(data[_NIKON_HEADER:])).main()
        except ExifError:
            return None
    else:
        note = exif.inner(_MAKER_NOTE)
    iso = _at(note.numbers(_NIKON_ISO), 1) if note is not None else 0
    return int(iso) if 0 < iso < 65535 else None


def _at(numbers: list[float], place: int) -> float:
    return numbers[place] if place < len(numbers) and math.isfinite(numbers[place]) else 0.0
