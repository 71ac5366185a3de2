"""Which parser reads a file: decided by its first bytes, because names lie.

Formats that take a few lines (BMP, bare JPEG 2000 codestreams, PSD) are read here.
"""

import struct
from collections.abc import Callable

from photo_assets.media.exif.ciff import crw_file
from photo_assets.media.exif.gathered import Gathered
from photo_assets.media.exif.gif import gif_file
from photo_assets.media.exif.heif import heif_file
from photo_assets.media.exif.jpeg import jpeg_file
from photo_assets.media.exif.jpeg2000 import jpeg2000_file
from photo_assets.media.exif.jpegxl import SIGNATURE, bare_codestream
from photo_assets.media.exif.matroska import matroska_file
from photo_assets.media.exif.movie import movie_file
from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.png import png_file
from photo_assets.media.exif.raw import cr3_file, mrw_file, raf_file
from photo_assets.media.exif.riff import avi_file, webp_file
from photo_assets.media.exif.tiff_file import tiff_file
from photo_assets.media.exif.transport import transport_file, transport_layout
from photo_assets.media.exif.window import ExifError, Window
from photo_assets.media.exif.x3f import x3f_file


def psd_file(window: Window) -> Parts:
    """Return the parts of a PSD or PSB."""
    head = window.at(0, 30)
    if len(head) < 30:
        raise ExifError("The PSD is cut short.")
    height, width = struct.unpack(">II", head[14:22])
    resources = 30 + int.from_bytes(head[26:30])  # after the palette
    length = int.from_bytes(window.at(resources, 4))
    gathered = Gathered()
    gathered.photoshop(window.part(resources + 4, length))
    if resources + 4 + length > window.length:
        gathered.problem("The PSD file ends within its image resources.")
    return gathered.parts(width=width, height=height)


def bmp_file(window: Window) -> Parts:
    """Return the size of a BMP; a negative height means top-down rows."""
    head = window.at(14, 12)
    if len(head) < 12:
        raise ExifError("The BMP is cut short.")
    if int.from_bytes(head[:4], "little") == 12:
        width, height = struct.unpack("<HH", head[4:8])
    else:
        width, height = struct.unpack("<ii", head[4:12])
    return Parts(width=abs(width) or None, height=abs(height) or None)


def codestream_file(window: Window) -> Parts:
    """Return the size of a JPEG 2000 codestream (ISO 15444-1, marker SIZ)."""
    head = window.at(8, 16)
    if len(head) < 16:
        raise ExifError("The JPEG 2000 codestream is cut short.")
    right, bottom, left, top = struct.unpack(">IIII", head)
    return Parts(width=max(right - left, 0) or None, height=max(bottom - top, 0) or None)


Parser = Callable[[Window], Parts]

_MAGIC: tuple[tuple[bytes, Parser], ...] = (
    (b"\xff\xd8", jpeg_file),
    (b"\x89PNG\r\n\x1a\n", png_file),
    (b"GIF8", gif_file),
    (b"FUJIFILMCCD-RAW", raf_file),
    (b"FOVb", x3f_file),
    (b"\0MRM", mrw_file),
    (b"8BPS", psd_file),
    (b"\x1aE\xdf\xa3", matroska_file),
    (b"\xff\x4f\xff\x51", codestream_file),
    (SIGNATURE, bare_codestream),
    (b"II", tiff_file),
    (b"MM", tiff_file),
    (b"BM", bmp_file),
)
_RIFF: dict[bytes, Parser] = {b"WEBP": webp_file, b"AVI ": avi_file}
# Formats that are known and whose headers are not read. Better no fact than a wrong one.
_OPAQUE = (
    (b"0&\xb2u\x8ef\xcf\x11", "an ASF or WMV video"),
    (b"\0\0\x01\xba", "an MPEG program stream"),
    (b"\0\0\x01\xb3", "an MPEG video stream"),
    (b"FLV\x01", "a Flash video"),
    (b"OggS", "an Ogg video"),
    (b".RMF", "a RealMedia video"),
    (b"\x06\x0e\x2b\x34", "an MXF video"),
    (b"RIFF", "a RIFF file that is neither WebP nor AVI"),
)
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
)
_ANY_IMAGE = b"mif1"  # a brand of all HEIF files with items
_MOVIE_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid"})
_JPEG_SUCCESSORS = frozenset({b"JXL ", b"jP  "})


def take_apart(window: Window) -> Parts:
    """Return the parts of any known picture or video. Raises `ExifError` for everything else."""
    head = window.at(0, 64)
    if not head:
        raise ExifError("The file is empty.")
    parser = _parser(head)
    if parser is not None:
        return parser(window)
    layout = transport_layout(window)
    if layout is not None:
        return transport_file(window, *layout)
    for magic, name in _OPAQUE:
        if head.startswith(magic):
            return Parts(not_read=f"The header of {name} is not read.")
    if b"<svg" in window.at(0, 4096):
        return Parts(not_read="The header of an SVG drawing is not read.")
    raise ExifError("It is not a picture or video of a known format.")


def _parser(head: bytes) -> Parser | None:
    if head[4:8] in _JPEG_SUCCESSORS:
        return jpeg2000_file
    if head[4:8] in _MOVIE_BOXES:
        return _box_parser(head)
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[6:14] == b"HEAPCCDR":
        return crw_file
    return next((parser for magic, parser in _MAGIC if head.startswith(magic)), None)


def _box_parser(head: bytes) -> Parser:
    is_typed = head[4:8] == b"ftyp"
    brands = {head[8:12], *(head[n : n + 4] for n in range(16, 64, 4))} if is_typed else set()
    if b"crx " in brands:
        return cr3_file
    return heif_file if head[8:12] in _HEIF_BRANDS or _ANY_IMAGE in brands else movie_file
