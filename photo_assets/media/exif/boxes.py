"""Walking the boxes of ISO base media files (HEIC, AVIF, CR3, JPEG XL, MP4, MOV), bounded."""

from collections.abc import Iterator
from dataclasses import dataclass

from photo_assets.media.exif.window import Window

MAX_BOXES = 4096
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")  # of `uuid` boxes, by Adobe


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its four-character kind, and its content as a window."""

    kind: bytes
    body: Window

    def data(self, limit: int) -> bytes:
        """Return the content, b"" when it is longer than `limit`."""
        return b"" if self.body.length > limit else self.body.at(0, limit)


def boxes(window: Window, offset: int = 0) -> Iterator[Box]:
    """Yield the boxes of a window from `offset` on; stops at the first impossible one."""
    for _ in range(MAX_BOXES):
        head = window.at(offset, 16)
        if len(head) < 8:
            return
        size, kind, header = int.from_bytes(head[:4]), head[4:8], 8
        if size == 1 and len(head) == 16:
            size, header = int.from_bytes(head[8:16]), 16
        elif size == 0:
            size = window.length - offset
        if size < header:
            return
        yield Box(kind, window.part(offset + header, size - header))
        offset += size


def first(window: Window, *path: bytes) -> Box | None:
    """Return the first box at a path of kinds, like `first(file, b"moov", b"mvhd")`."""
    found: Box | None = None
    for kind in path:
        found = next((box for box in boxes(window) if box.kind == kind), None)
        if found is None:
            return None
        window = found.body
    return found


def full_box_children(box: Box) -> Iterator[Box]:
    """Yield the children of a `meta` box: after four bytes of version and flags, or at once.

    ISO files have the four bytes, QuickTime's `meta` does not.
    """
    is_quicktime = box.body.at(4, 4) in {b"hdlr", b"keys", b"ilst", b"mhdr"}
    return boxes(box.body, 0 if is_quicktime else 4)
