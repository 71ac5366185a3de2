"""From a TIFF structure, or a file that is one, to its EXIF directories, size and XMP packet."""

from photo_assets.media.exif.parts import Directories, Parts
from photo_assets.media.exif.tiff import Directory, Tiff
from photo_assets.media.exif.window import MAX_PACKET_BYTES, ExifError, Window

_XMP, _EXIF_POINTER, _GPS_POINTER = 700, 34665, 34853
_WIDTH, _HEIGHT, _SUBFILE_TYPE, _REDUCED = 256, 257, 254, 1
_PANASONIC_BORDERS = (4, 5, 6, 7)  # top, left, bottom, right


def directories(window: Window) -> Directories:
    """Return the directories of an EXIF structure; empty ones when it is broken."""
    try:
        return _directories(Tiff(window))
    except ExifError:
        return Directories()


def tiff_file(window: Window) -> Parts:
    """Return the parts of a TIFF, DNG or TIFF-like RAW file. Raises `ExifError` when it is none."""
    tiff = Tiff(window)
    main = tiff.main()
    if main is None:
        raise ExifError("The TIFF structure has no readable directory.")
    width, height = _largest(tiff)
    packet = main.data(_XMP, MAX_PACKET_BYTES)
    return Parts(width=width, height=height, directories=_directories(tiff), xmp=packet or None)


def _directories(tiff: Tiff) -> Directories:
    main = tiff.main()
    return Directories(
        main=main, exif=tiff.child(main, _EXIF_POINTER), gps=tiff.child(main, _GPS_POINTER)
    )


def _largest(tiff: Tiff) -> tuple[int | None, int | None]:
    """Return the size of the largest full-resolution image: IFD0 of a RAW is often a thumbnail."""
    sizes = [size for image in tiff.images() if (size := _size(image))]
    return max(sizes, key=lambda size: size[0] * size[1]) if sizes else (None, None)


def _size(image: Directory) -> tuple[int, int] | None:
    if (image.integer(_SUBFILE_TYPE) or 0) & _REDUCED:
        return None
    width, height = image.integer(_WIDTH), image.integer(_HEIGHT)
    if width is None and all(tag in image for tag in _PANASONIC_BORDERS):
        top, left, bottom, right = (image.integer(tag) or 0 for tag in _PANASONIC_BORDERS)
        width, height = right - left, bottom - top
    return (width, height) if width and height and width > 0 and height > 0 else None
