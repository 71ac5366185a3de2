import io
import struct
import subprocess
import sys

import pytest
from PIL import features

from photo_assets.media.iptc.parse import parse_iptc
from photo_assets_tests.media.exif.blocks import EXIF, PACKET, TIFF, model, parts, resource
from photo_assets_tests.media.exif.files import box, picture
from photo_assets_tests.media.iptc.blocks import WHOLE

HEAD = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
SIZE = box(b"jp2h", box(b"ihdr", struct.pack(">II", 30, 40) + b"\0\3\7\7\0\0"))
JPEG_XL = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")


def uuid(digits: str | bytes, *content: bytes) -> bytes:
    name = bytes.fromhex(digits) if isinstance(digits, str) else digits
    return box(b"uuid", name, *content)


@pytest.mark.parametrize(
    "name", [b"JpgTiffExif->JP2", "0537cdab9d0c4431a72afa561f2a113e"], ids=["exiv2", "Adobe"]
)
@pytest.mark.parametrize("block", [TIFF, EXIF], ids=["bare", "with prefix"])
def test_exif_in_uuid_boxes(name: str | bytes, block: bytes) -> None:
    found = parts(HEAD + SIZE + uuid(name, block))
    assert (found.width, found.height) == (40, 30)
    assert found.directories.main is not None
    assert found.problems == ()


def test_xmp_and_iptc_in_uuid_boxes() -> None:
    data = HEAD + SIZE + uuid("be7acfcb97a942e89c71999491e3afac", PACKET)
    assert parts(data).xmp == PACKET
    for box_ in (
        uuid("33c7a4d2b81d4723a0baf1a3e097ad38", WHOLE),
        uuid("09a14e97c0b442e0bebf36df6f0ce36f", WHOLE),
        uuid("2c4c0100850440b9a03e562148d6dfeb", resource(1028, WHOLE)),
    ):
        (block,) = parts(HEAD + SIZE + box_).iptc
        assert parse_iptc(block.data).city == "Köln"


def test_xml_that_is_not_xmp_is_ignored() -> None:
    other = box(b"xml ", b"<?xml version='1.0'?><IMAGE_CREATION/>")
    found = parts(HEAD + SIZE + other + box(b"xml ", PACKET))
    assert found.packets == (PACKET,)


@pytest.mark.skipif(not features.check("jpg_2000"), reason="Pillow is built without JPEG 2000")
def test_the_size_of_files_that_pillow_wrote() -> None:
    found = parts(picture("JPEG2000"))
    assert (found.width, found.height) == (40, 30)
    stream = io.BytesIO()
    from PIL import Image

    Image.new("RGB", (40, 30)).save(stream, "JPEG2000", no_jp2=True)
    assert stream.getvalue()[:4] == b"\xff\x4f\xff\x51"
    bare = parts(stream.getvalue())
    assert (bare.width, bare.height) == (40, 30)


def compressed(kind: bytes, content: bytes, quality: int = 11) -> bytes:
    import brotli

    return box(b"brob", kind, brotli.compress(content, quality=quality))


def test_compressed_boxes_of_jpeg_xl() -> None:
    pytest.importorskip("brotli")
    data = JPEG_XL + compressed(b"Exif", b"\0\0\0\0" + TIFF) + compressed(b"xml ", PACKET)
    assert model(data) == "Box 1"
    assert parts(data).xmp == PACKET
    assert parts(data).problems == ()


@pytest.mark.parametrize("kind", [b"Exif", b"xml "])
def test_a_compressed_box_that_is_damaged_or_endless_is_a_problem(kind: bytes) -> None:
    pytest.importorskip("brotli")
    name = {b"Exif": "EXIF", b"xml ": "XMP"}[kind]
    problem = (f"The {name} box is compressed with Brotli and cannot be read.",)
    for box_ in (
        box(b"brob", kind, b"\xff\xff\xff"),
        compressed(kind, b"\0" * 200_000_000, quality=1),
        compressed(kind, TIFF)[:-20] + b"\0" * 20,
    ):
        assert parts(JPEG_XL + box_).problems == problem
    assert parts(JPEG_XL + compressed(b"jumb", b"x" * 100)).problems == ()


def test_without_brotli_a_compressed_box_is_named() -> None:
    data = JPEG_XL + box(b"brob", b"Exif", b"whatever")
    program = (
        "import io, sys; sys.modules['brotli'] = None\n"
        "from photo_assets.media.exif.containers import take_apart\n"
        "from photo_assets.media.exif.window import Window\n"
        f"print(take_apart(Window(io.BytesIO({data!r}))).problems)"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "The EXIF box is compressed with Brotli and cannot be read." in out.stdout
