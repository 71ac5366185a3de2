"""JPEG 2000 (JP2, JPX) and JPEG XL in boxes: size, and the boxes of EXIF, XMP and IPTC.

Sources: ISO 15444-1, ISO 18181-2 (JPEG XL's `Exif`, `xml ` and `brob`), the UUIDs that Adobe's and
exiv2's writers use for TIFF, XMP and IPTC in JPEG 2000.
"""

from photo_assets.media.exif.block_collector import MAX_EXIF_BYTES, MAX_IPTC_BYTES, BlockCollector
from photo_assets.media.exif.boxes import XMP_UUID, Box, boxes, first
from photo_assets.media.exif.jpegxl import HEADER_BYTES, codestream
from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.window import MAX_PACKET_BYTES, Window

_EXIF_UUIDS = frozenset({b"JpgTiffExif->JP2", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e")})
_IPTC_UUIDS = frozenset(
    {
        bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"),
        bytes.fromhex("09a14e97c0b442e0bebf36df6f0ce36f"),
    }
)
_PHOTOSHOP_UUID = bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb")
_UUID_LENGTH = 16
_XMP_MARK = b"RDF"
_CODESTREAMS = {b"jxlc": 0, b"jxlp": 4}  # whole, and in parts that are numbered


def jpeg2000_file(window: Window) -> Parts:
    """Return the parts. JPEG XL states its size in the codestream, JPEG 2000 in a header."""
    collector = BlockCollector()
    stream = b""
    for box in boxes(window):
        if box.kind == b"brob":
            _compressed(collector, box)
        elif box.kind == b"uuid":
            _uuid(collector, box)
        elif box.kind in _CODESTREAMS:
            stream = (stream + box.body.at(_CODESTREAMS[box.kind], HEADER_BYTES))[:HEADER_BYTES]
        else:
            _take(collector, box.kind, box.body)
    header = first(window, b"jp2h", b"ihdr")
    size = header.body.at(0, 8) if header else b""
    width, height, orientation = codestream(stream) or (
        int.from_bytes(size[4:]),
        int.from_bytes(size[:4]),
        None,
    )
    return collector.parts(width=width, height=height, orientation=orientation)


def _take(collector: BlockCollector, kind: bytes, body: Window) -> None:
    if kind == b"Exif":
        collector.exif(body, 4 + int.from_bytes(body.at(0, 4)))
    elif kind == b"xml " and _XMP_MARK in body.at(0, MAX_PACKET_BYTES):  # other XML is allowed
        collector.xmp(body)


def _uuid(collector: BlockCollector, box: Box) -> None:
    name = box.body.at(0, _UUID_LENGTH)
    body = box.body.part(_UUID_LENGTH, box.body.length)
    if name == XMP_UUID:
        collector.xmp(body)
    elif name in _EXIF_UUIDS:
        collector.exif(body)
    elif name in _IPTC_UUIDS:
        collector.iptc(body.at(0, MAX_IPTC_BYTES))
    elif name == _PHOTOSHOP_UUID:
        collector.photoshop(body)


def _compressed(collector: BlockCollector, box: Box) -> None:
    """Add a `brob` box: the type of a box, and its content compressed with Brotli."""
    kind = box.body.at(0, 4)
    limit = {b"Exif": MAX_EXIF_BYTES, b"xml ": MAX_PACKET_BYTES}.get(kind)
    if limit is None:
        return
    name = {b"Exif": "EXIF", b"xml ": "XMP"}[kind]
    data = _decompressed(box.body.at(4, limit), limit)
    if data is None:
        collector.problem(f"The {name} box is compressed with Brotli and cannot be read.")
    else:
        _take(collector, kind, Window.of(data))


def _decompressed(data: bytes, limit: int) -> bytes | None:
    """Return `data` decompressed; None when it is too long, damaged, or Brotli is not installed."""
    try:
        import brotli
    except ImportError:
        return None
    try:
        stream = brotli.Decompressor()
        out: bytes = stream.process(data, output_buffer_limit=limit)
        return out if stream.is_finished() else None
    except (brotli.error, TypeError):  # before 1.2 Brotli has no output limit
        return None
