"""Which parser reads a file: decided by its first bytes, because names lie."""

from collections.abc import Callable

from photo_assets.media.exif.boxes import boxes, first
from photo_assets.media.exif.chunks import bmp_file, gif_file, png_file, psd_file, webp_file
from photo_assets.media.exif.directories import directories, tiff_file
from photo_assets.media.exif.heif import heif_file
from photo_assets.media.exif.jpeg import jpeg_file
from photo_assets.media.exif.movie import movie_file
from photo_assets.media.exif.parts import Directories, Parts
from photo_assets.media.exif.raw import cr3_file, mrw_file, raf_file
from photo_assets.media.exif.window import MAX_PACKET_BYTES, ExifError, Window

Parser = Callable[[Window], Parts]

_MAGIC: tuple[tuple[bytes, Parser], ...] = (
    (b"\xff\xd8", jpeg_file),
    (b"\x89PNG\r\n\x1a\n", png_file),
    (b"GIF8", gif_file),
    (b"FUJIFILMCCD-RAW", raf_file),
    (b"\0MRM", mrw_file),
    (b"8BPS", psd_file),
    (b"II", tiff_file),
    (b"MM", tiff_file),
    (b"BM", bmp_file),
)
# Containers that are known and hold nothing this folder reads. Better no fact than a wrong one.
_OPAQUE = (
    b"FOVb",  # Sigma X3F
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"0&\xb2u\x8ef\xcf\x11",  # ASF, WMV
    b"\0\0\x01\xba",  # MPEG program stream
    b"\0\0\x01\xb3",  # MPEG video
    b"\xff\x0a",  # JPEG XL codestream
    b"\xff\x4f\xff\x51",  # JPEG 2000 codestream
)
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
)
_MOVIE_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid"})
_TRANSPORT_SYNC = b"\x47"


def take_apart(window: Window) -> Parts:
    """Return the parts of any known picture or video. Raises `ExifError` for everything else."""
    head = window.at(0, 64)
    if not head:
        raise ExifError("The file is empty.")
    if head[4:8] in _MOVIE_BOXES or head[4:8] in {b"JXL ", b"jP  "}:
        return _boxed(window, head)
    if head[:4] == b"RIFF":
        return webp_file(window) if head[8:12] == b"WEBP" else Parts()
    if head[6:14] == b"HEAPCCDR" or _is_transport_stream(window) or head.startswith(_OPAQUE):
        return Parts()
    for magic, parser in _MAGIC:
        if head.startswith(magic):
            return parser(window)
    if b"<svg" in window.at(0, 4096):
        return Parts()
    raise ExifError("It is no picture or video of a known format.")


def _boxed(window: Window, head: bytes) -> Parts:
    if head[4:8] in {b"JXL ", b"jP  "}:
        return _jpeg_successor(window)
    brands = (
        {head[8:12], *(head[n : n + 4] for n in range(16, 64, 4))}
        if head[4:8] == b"ftyp"
        else set()
    )
    if b"crx " in brands:
        return cr3_file(window)
    return heif_file(window) if head[8:12] in _HEIF_BRANDS else movie_file(window)


def _jpeg_successor(window: Window) -> Parts:
    """Return the parts of JPEG 2000 or JPEG XL in boxes (`jp2h/ihdr`, `Exif`, `xml `)."""
    found, packet = Directories(), None
    for box in boxes(window):
        if box.kind == b"Exif" and found.main is None:
            start = 4 + int.from_bytes(box.body.at(0, 4))
            found = directories(box.body.part(start, box.body.length))
        elif box.kind == b"xml " and packet is None:
            packet = box.data(MAX_PACKET_BYTES) or None
    header = first(window, b"jp2h", b"ihdr")
    size = header.body.at(0, 8) if header else b""
    return Parts(
        width=int.from_bytes(size[4:]) or None,
        height=int.from_bytes(size[:4]) or None,
        directories=found,
        xmp=packet,
    )


def _is_transport_stream(window: Window) -> bool:
    """MPEG transport streams repeat a sync byte every 188 bytes (AVCHD: 192, after 4)."""
    return any(
        all(window.at(start + n * step, 1) == _TRANSPORT_SYNC for n in range(3))
        for start, step in ((0, 188), (4, 192))
    )
