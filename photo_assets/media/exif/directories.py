"""Finding the directories of an EXIF block. The meaning of tags is defined in `fields`."""

from collections.abc import Callable

from photo_assets.media.exif.parts import Directories
from photo_assets.media.exif.tiff import Directory, Tiff
from photo_assets.media.exif.window import ExifError, Window

_POINTERS = {"EXIF": 34665, "GPS": 34853}
_EXIF_TAGS = frozenset(
    {0x829A, 0x829D, *range(0x8822, 0x8836), *range(0x9000, 0x9300), *range(0xA000, 0xA500)}
)
_HEADERS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MAX_WRAPPING_BYTES = 256


def tiff_start(block: Window, declared: int = 0) -> int | None:
    """Return the offset of an EXIF block's TIFF header, as declared or nearby; None without one."""
    for start in (declared, 0):
        if block.at(start, 4) in _HEADERS:
            return start
    head = block.at(0, _MAX_WRAPPING_BYTES)
    return min((at for header in _HEADERS if (at := head.find(header)) >= 0), default=None)


def directories(window: Window, note: Callable[[str], None]) -> Directories:
    """Return the directories of an EXIF structure; report unreadable ones to `note`.

    Raises `ExifError` when the first one is unreadable.
    """
    tiff = Tiff(window)
    main = tiff.main()
    if main is None:
        raise ExifError("The EXIF block has no readable directory.")
    return children(tiff, main, note)


def children(tiff: Tiff, main: Directory, note: Callable[[str], None]) -> Directories:
    """Return the first directory and the EXIF and GPS directories that it points to.

    EXIF tags in the first directory, where TIFF/EP (ISO 12234-2) and some programs write them, are
    used unless the EXIF directory has them.
    """
    found = {name: tiff.child(main, tag) for name, tag in _POINTERS.items()}
    for name, directory in {"main": main, **found}.items():
        if directory is None and main.integer(_POINTERS[name]):
            note(f"The {name} directory of the EXIF block cannot be read.")
        elif directory is not None and directory.is_cut:
            note(f"The {name} directory of the EXIF block is cut short.")
    exif = (found["EXIF"] or tiff.empty()).over(main, _EXIF_TAGS)
    is_there = found["EXIF"] is not None or not exif.is_empty
    return Directories(main=main, exif=exif if is_there else None, gps=found["GPS"])
