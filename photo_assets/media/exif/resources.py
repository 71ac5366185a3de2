"""Photoshop's image resources: numbered blocks in PSD files, JPEG segments and TIFF tag 34377.

Structure and numbers: Adobe Photoshop File Formats Specification. What a block says belongs
elsewhere.
"""

from collections.abc import Callable, Iterator

from photo_assets.media.exif.window import Window

IPTC, EXIF, XMP, DIGEST = 1028, 1058, 1060, 1061
SIGNATURE = b"8BIM"

# ImageReady, PhotoDeluxe and others sign their own resources.
_SIGNATURES = frozenset({SIGNATURE, b"PHUT", b"AgHg", b"DCSR", b"MeSa"})
_MAX_RESOURCES = 2048


def image_resources(window: Window, note: Callable[[str], None]) -> Iterator[tuple[int, Window]]:
    """Yield number and content of each resource; tell `note` what of the rest cannot be read."""
    offset = 0
    for _ in range(_MAX_RESOURCES):
        head = window.at(offset, 7)
        if not head.strip(b"\0"):
            return
        if len(head) < 7 or head[:4] not in _SIGNATURES:
            break
        name = (head[6] + 2) & ~1  # a length byte and the name, padded to even
        length = int.from_bytes(window.at(offset + 6 + name, 4))
        body = offset + 10 + name
        if body + length > window.length:
            break
        yield int.from_bytes(head[4:6]), window.part(body, length)
        offset = body + (length + 1 & ~1)
        if window.at(offset, 1) != b"8" and window.at(body + length, 4) == SIGNATURE:
            offset = body + length  # written without the byte that makes the length even
    if offset < window.length:
        note("Photoshop's image resources are damaged; what follows the damage is lost.")
