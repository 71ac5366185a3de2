"""PNG: size, EXIF and text chunks, including metadata stored in texts before eXIf existed.

Sources: the PNG specification (third edition), and the raw profiles of ImageMagick and exiv2.
"""

import struct
import zlib

from photo_assets.media.exif.block_collector import BlockCollector
from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.png_text import (
    MAX_PROFILE_BYTES,
    is_raw_profile,
    keyword,
    raw_profile,
    text_value,
)
from photo_assets.media.exif.window import MAX_PACKET_BYTES, MAX_VALUE_BYTES, ExifError, Window

_MAX_CHUNKS = 2048  # not counting image data
_MAX_DATA_CHUNKS = 100_000
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_XMP = "XML:com.adobe.xmp"
_XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/"
_STATED = frozenset({"Title", "Author", "Description", "Copyright"})
_TIME = "Creation Time"
_MAX_TEXTS = 16  # texts that are read


def png_file(window: Window) -> Parts:
    """Return the parts of a PNG. Of two EXIF blocks the one in eXIf is used, in any order."""
    head = window.at(8, 16)
    if head[4:8] != b"IHDR" or len(head) < 16:
        raise ExifError("The PNG has no header chunk.")
    width, height = struct.unpack(">II", head[8:16])
    texts = _Texts()
    offset, data_chunks, chunks = 8, 0, 0
    while data_chunks < _MAX_DATA_CHUNKS and chunks < _MAX_CHUNKS:
        chunk = window.at(offset, 8)
        if len(chunk) < 8 or chunk[4:] == b"IEND":
            break
        length, kind = struct.unpack(">I4s", chunk)
        if kind in {b"IDAT", b"fdAT"}:
            data_chunks += 1
        else:
            chunks += 1
        body = window.part(offset + 8, length)
        if kind == b"eXIf":
            texts.collector.exif(body)
        elif kind in _TEXTS:
            texts.take(kind, body)
        offset += length + 12
    for profile in texts.profiles:
        _profile(texts.collector, profile)
    return texts.collector.parts(width=width, height=height)


class _Texts:
    """The text chunks; raw profiles are added last, after the file's own blocks."""

    def __init__(self) -> None:
        self.collector = BlockCollector()
        self.profiles: list[bytes] = []
        self._read = 0

    def take(self, kind: bytes, body: Window) -> None:
        name = keyword(body)
        is_profile = is_raw_profile(name)
        if not is_profile and name not in {_XMP, _TIME} | _STATED:
            return
        self._read += 1
        if self._read > _MAX_TEXTS:
            self.collector.problem(
                f"The PNG has more than {_MAX_TEXTS} texts; the rest is not read."
            )
            return
        limit = MAX_PROFILE_BYTES if is_profile else MAX_VALUE_BYTES
        try:
            value = text_value(kind, body, MAX_PACKET_BYTES if name == _XMP else limit)
            value = raw_profile(value) if is_profile else value
        except (ExifError, zlib.error):
            self.collector.problem(f'The PNG text "{name}" is there and cannot be read.')
            return
        if is_profile:
            self.profiles.append(value)
        elif name == _XMP:
            self.collector.xmp(Window.of(value))
        elif name == _TIME:
            self.collector.date(_decoded(value), f"png:{_TIME}")
        else:
            self.collector.text(f"png:{name}", _decoded(value))


def _profile(collector: BlockCollector, data: bytes) -> None:
    """Add a raw profile according to its content: its name is often that of a JPEG segment."""
    if data.startswith(_XMP_SEGMENT):
        collector.xmp(Window.of(data[data.find(b"\0") + 1 :]))
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        collector.xmp(Window.of(data))
    elif data.startswith((b"8BIM", b"Photoshop 3.0\0")):
        collector.iptc(data.removeprefix(b"Photoshop 3.0\0"))
    elif data.startswith(b"\x1c"):
        collector.iptc(data)
    else:
        collector.exif(Window.of(data))


def _decoded(value: bytes) -> str:
    """Return a text: tEXt is Latin-1 by the specification, and in practice UTF-8 like iTXt."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")
