"""Files that are a TIFF structure: TIFF, DNG and most RAW formats. Size, EXIF, XMP and IPTC."""

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.directories import children
from photo_assets.media.exif.parts import Camera, Parts
from photo_assets.media.exif.tiff import PANASONIC, Directory, Tiff
from photo_assets.media.exif.window import ExifError, Window

_WIDTH, _HEIGHT, _SUBFILE_TYPE, _REDUCED = 256, 257, 254, 1
_PANASONIC_BORDERS = (4, 5, 6, 7)  # top, left, bottom, right
_PANASONIC_ISO, _PANASONIC_LONG_ISO, _NO_ISO = 0x17, 0x37, 65535


def tiff_file(window: Window) -> Parts:
    """Return the parts of a TIFF, DNG or TIFF-like RAW file. Raises `ExifError` for other files."""
    tiff = Tiff(window)
    main = tiff.main()
    if main is None or main.is_empty:
        raise ExifError("The TIFF structure has no readable directory.")
    collector = BlockCollector()
    collector.tiff(children(tiff, main, collector.problem))
    width, height = _largest(tiff)
    return collector.parts(width=width, height=height, camera=_panasonic(tiff, main))


def _largest(tiff: Tiff) -> tuple[int | None, int | None]:
    """Return the size of the largest full-resolution image: IFD0 of a RAW is often a thumbnail."""
    sizes = [size for image in tiff.images() if (size := _size(image))]
    return max(sizes, key=lambda size: size[0] * size[1]) if sizes else (None, None)


def _panasonic(tiff: Tiff, main: Directory) -> Camera | None:
    """Return the values that a Panasonic RAW states in its first directory instead of EXIF."""
    if tiff.magic != PANASONIC:
        return None
    iso = main.integer(_PANASONIC_ISO)
    if iso in {None, 0, _NO_ISO}:
        iso = main.integer(_PANASONIC_LONG_ISO)
    return Camera(iso=iso or None)


def _size(image: Directory) -> tuple[int, int] | None:
    if (image.integer(_SUBFILE_TYPE) or 0) & _REDUCED:
        return None
    width, height = image.integer(_WIDTH), image.integer(_HEIGHT)
    if width is None and all(tag in image for tag in _PANASONIC_BORDERS):
        top, left, bottom, right = (image.integer(tag) or 0 for tag in _PANASONIC_BORDERS)
        width, height = right - left, bottom - top
    return (width, height) if width and height and width > 0 and height > 0 else None
