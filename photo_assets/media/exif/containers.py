"""Which parser reads a file: decided by its first bytes, because names lie."""

from collections.abc import Callable

from photo_assets.media.exif.bare import bmp_file, codestream_file
from photo_assets.media.exif.ciff import crw_file
from photo_assets.media.exif.gif import gif_file
from photo_assets.media.exif.heif import heif_file
from photo_assets.media.exif.jpeg import jpeg_file
from photo_assets.media.exif.jpeg2000 import jpeg2000_file
from photo_assets.media.exif.jpegxl import SIGNATURE, bare_codestream
from photo_assets.media.exif.matroska import matroska_file
from photo_assets.media.exif.movie import movie_file
from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.png import png_file
from photo_assets.media.exif.psd import psd_file
from photo_assets.media.exif.raw import cr3_file, mrw_file, raf_file
from photo_assets.media.exif.riff import avi_file, webp_file
from photo_assets.media.exif.tiff_file import tiff_file
from photo_assets.media.exif.transport import transport_file, transport_layout
from photo_assets.media.exif.window import ExifError, Window
from photo_assets.media.exif.x3f import x3f_file

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
    raise ExifError("It is no picture or video of a known format.")


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
