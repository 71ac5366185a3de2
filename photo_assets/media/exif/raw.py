"""RAW files that are not TIFF files: Canon CR3, Fujifilm RAF, Minolta MRW.

Structures as documented by the libraw and exiftool projects. All of them contain TIFF structures.
"""

from dataclasses import replace

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.boxes import XMP_UUID, Box, boxes, first
from photo_assets.media.exif.directories import directories
from photo_assets.media.exif.jpeg import jpeg_file
from photo_assets.media.exif.parts import Directories, Parts
from photo_assets.media.exif.tiff import Directory
from photo_assets.media.exif.window import ExifError, Window

_CANON_UUID = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CANON_PARTS = frozenset({b"CMT1", b"CMT2", b"CMT4"})
_RAF_CROPPED_SIZE = 0x0111
_MAX_RECORDS = 256
_WIDTH, _HEIGHT = 256, 257


def cr3_file(window: Window) -> Parts:
    """Return the parts of a CR3: the boxes CMT1 (main), CMT2 (EXIF) and CMT4 (GPS)."""
    moov = first(window, b"moov")
    collector = BlockCollector()
    found: dict[bytes, Directory | None] = {}
    for box in boxes(moov.body) if moov else ():
        if box.kind == b"uuid" and box.body.at(0, 16) == _CANON_UUID:
            for part in boxes(box.body, 16):
                if part.kind in _CANON_PARTS:
                    found[part.kind] = _directory(part, collector)
    main = found.get(b"CMT1")
    if main is None:
        raise ExifError("The CR3 file has no metadata boxes: it is cut short or damaged.")
    collector.tiff(Directories(main=main, exif=found.get(b"CMT2"), gps=found.get(b"CMT4")))
    for box in boxes(window):
        if box.kind == b"uuid" and box.body.at(0, 16) == XMP_UUID:
            collector.xmp(box.body.part(16, box.body.length))
    return collector.parts(width=main.integer(_WIDTH), height=main.integer(_HEIGHT))


def raf_file(window: Window) -> Parts:
    """Return the parts of a RAF: its size record, and the metadata of the embedded JPEG."""
    head = window.at(84, 16)
    if len(head) < 16:
        raise ExifError("The RAF file is cut short.")
    start, length, records, records_length = (
        int.from_bytes(head[n : n + 4]) for n in (0, 4, 8, 12)
    )
    inner = window.part(start, length)
    if inner.at(0, 2) != b"\xff\xd8":
        raise ExifError("The RAF file has no picture inside where its header says.")
    parts = jpeg_file(inner)
    size = _raf_size(window.part(records, records_length)) or (parts.width, parts.height)
    return replace(parts, width=size[0], height=size[1])


def mrw_file(window: Window) -> Parts:
    """Return the parts of an MRW: the TTW block is a TIFF structure, PRD states the size."""
    end = 8 + int.from_bytes(window.at(4, 4))
    offset, size, collector = 8, (0, 0), BlockCollector()
    for _ in range(_MAX_RECORDS):
        head = window.at(offset, 8)
        if offset >= end or len(head) < 8:
            break
        length = int.from_bytes(head[4:])
        body = window.part(offset + 8, length)
        if head[:4] == b"\0TTW":
            collector.exif(body)
        elif head[:4] == b"\0PRD":
            data = body.at(0, 16)
            size = (int.from_bytes(data[10:12]), int.from_bytes(data[8:10]))
        offset += 8 + length
    return collector.parts(width=size[0], height=size[1])


def _directory(part: Box, collector: BlockCollector) -> Directory | None:
    try:
        return directories(part.body, collector.problem).main
    except ExifError:
        collector.problem(f"The {part.kind.decode()} box of the CR3 file cannot be read.")
        return None


def _raf_size(records: Window) -> tuple[int, int] | None:
    offset = 4
    for _ in range(min(int.from_bytes(records.at(0, 4)), _MAX_RECORDS)):
        head = records.at(offset, 8)
        if len(head) < 8:
            return None
        tag, length = int.from_bytes(head[:2]), int.from_bytes(head[2:4])
        if tag == _RAF_CROPPED_SIZE:
            height, width = int.from_bytes(head[4:6]), int.from_bytes(head[6:8])
            return (width, height) if width and height else None
        offset += 4 + length
    return None
