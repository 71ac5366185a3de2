"""Metadata blocks for tests, and files with such blocks, built byte by byte."""

import binascii
import io
import struct
import zlib

from photo_assets.media.exif.containers import take_apart
from photo_assets.media.exif.parts import Parts
from photo_assets.media.exif.window import Window
from photo_assets_tests.media.exif.files import box, camera_exif, picture

PACKET = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="x"/></x:xmpmeta>'
TIFF = camera_exif().tobytes().removeprefix(b"Exif\0\0")
EXIF = b"Exif\0\0" + TIFF


def parts(data: bytes) -> Parts:
    """Return a file taken apart."""
    return take_apart(Window(io.BytesIO(data)))


def model(data: bytes) -> str | None:
    """Return the camera model in the EXIF of a file."""
    main = parts(data).directories.main
    return main.text(0x0110) if main else None


def segment(marker: int, body: bytes) -> bytes:
    """Return a JPEG segment."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*segments: bytes) -> bytes:
    """Return a JPEG with segments before its own."""
    plain = picture()
    return plain[:2] + b"".join(segments) + plain[2:]


def resource(number: int, body: bytes, name: bytes = b"", signature: bytes = b"8BIM") -> bytes:
    """Return one of Photoshop's image resources, name and content padded to even lengths."""
    label = bytes((len(name),)) + name
    label += b"\0" * (len(label) % 2)
    size = struct.pack(">I", len(body))
    return signature + struct.pack(">H", number) + label + size + body + b"\0" * (len(body) % 2)


def photoshop(*resources: bytes) -> bytes:
    """Return an APP13 segment of image resources."""
    return segment(0xED, b"Photoshop 3.0\0" + b"".join(resources))


def psd(*resources: bytes) -> bytes:
    """Return a PSD of 30 by 20 pixels without its picture."""
    body = b"".join(resources)
    head = b"8BPS\0\x01" + b"\0" * 6 + b"\0\x03" + struct.pack(">IIHH", 20, 30, 8, 3)
    return head + b"\0\0\0\0" + struct.pack(">I", len(body)) + body


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes) -> bytes:
    """Return a PNG with chunks after its header."""
    plain = picture("PNG")
    return plain[:33] + b"".join(chunks) + plain[33:]


def text_chunk(kind: str, keyword: str, text: bytes, *, compressed: bool = False) -> bytes:
    """Return a PNG text chunk of a kind."""
    name = keyword.encode() + b"\0"
    if kind == "zTXt":
        return chunk(b"zTXt", name + b"\0" + zlib.compress(text))
    if kind == "iTXt":
        body = zlib.compress(text) if compressed else text
        return chunk(b"iTXt", name + bytes((compressed, 0)) + b"en\0name\0" + body)
    return chunk(b"tEXt", name + text)


def raw_profile(data: bytes, name: str = "generic profile") -> bytes:
    """Return a profile as ImageMagick and exiv2 write it."""
    digits = binascii.hexlify(data)
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return f"\n{name}\n{len(data):8d}\n".encode() + lines + b"\n"


def heic(exif: bytes, brand: bytes = b"heic") -> bytes:
    """Return a HEIF file with one picture that is not there and an Exif item of these bytes."""
    infos = box(b"infe", b"\x02\0\0\0\0\1\0\0hvc1\0") + box(b"infe", b"\x02\0\0\0\0\2\0\0Exif\0")
    size = box(b"ispe", b"\0\0\0\0" + struct.pack(">II", 40, 30))
    associations = box(b"ipma", b"\0\0\0\0" + struct.pack(">IHBB", 1, 1, 1, 1))

    def meta(at: int) -> bytes:
        place = struct.pack(">HHHII", 2, 0, 1, at, len(exif))
        return box(
            b"meta",
            b"\0\0\0\0",
            box(b"hdlr", b"\0" * 8 + b"pict" + b"\0" * 13),
            box(b"pitm", b"\0\0\0\0\0\1"),
            box(b"iinf", b"\0\0\0\0\0\2", infos),
            box(b"iprp", box(b"ipco", size), associations),
            box(b"iloc", b"\0\0\0\0\x44\0\0\1", place),
        )

    head = box(b"ftyp", brand + b"\0\0\0\0mif1")
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", exif)
