import hashlib
import struct

import pytest

from photo_assets.media.iptc.parse import parse_iptc
from photo_assets_tests.media.exif.blocks import EXIF, PACKET, parts, psd, resource
from photo_assets_tests.media.iptc.blocks import WHOLE, dataset

DIGEST = hashlib.md5(WHOLE).digest()


def tiff(order: str, *values: tuple[int, int, bytes]) -> bytes:
    """A TIFF of 40 by 30 pixels with values of (tag, type, content)."""
    short = struct.pack(order + "HH", 40, 0), struct.pack(order + "HH", 30, 0)
    tags = [(256, 3, short[0][:2]), (257, 3, short[1][:2]), *values]
    at = 8 + 2 + 12 * len(tags) + 4
    entries, body = b"", b""
    for tag, kind, content in tags:
        count = len(content) // {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}[kind]
        inline = content.ljust(4, b"\0") if len(content) <= 4 else None
        where = inline or struct.pack(order + "I", at + len(body))
        entries += struct.pack(order + "HHI", tag, kind, count) + where
        body += b"" if inline else content
    head = b"II*\0" if order == "<" else b"MM\0*"
    return head + struct.pack(order + "IH", 8, len(tags)) + entries + b"\0\0\0\0" + body


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [1, 2, 4, 7], ids=["BYTE", "ASCII", "LONG", "UNDEFINED"])
@pytest.mark.parametrize("swapped", [False, True])
def test_iptc_in_a_tiff_as_any_type_and_byte_order(order: str, kind: int, swapped: bool) -> None:
    data = WHOLE + b"\0" * (-len(WHOLE) % 4)
    if swapped:
        data = b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    found = parts(tiff(order, (33723, kind, data)))
    (block,) = found.iptc
    assert parse_iptc(block.data).keywords == ("harbour", "Müller")
    assert (found.width, found.height, found.problems) == (40, 30, ())


@pytest.mark.parametrize("order", ["<", ">"])
def test_photoshop_s_resources_in_a_tiff_and_the_digest_of_the_block_beside_them(
    order: str,
) -> None:
    resources = resource(1061, DIGEST) + resource(1005, b"x")
    found = parts(tiff(order, (33723, 7, WHOLE), (34377, 1, resources)))
    (block,) = found.iptc
    assert (block.data, block.digest) == (WHOLE, DIGEST)
    other = dataset(5, "Other")
    found = parts(tiff(order, (33723, 7, WHOLE), (34377, 1, resource(1028, other))))
    assert [block.data for block in found.iptc] == [WHOLE, other]
    found = parts(tiff(order, (34377, 7, resource(1028, WHOLE))))
    assert [block.data for block in found.iptc] == [WHOLE]


def test_blocks_of_a_tiff_that_lie_outside_it_are_a_problem() -> None:
    data = tiff("<", (700, 1, PACKET), (33723, 7, WHOLE))
    found = parts(data[:-10])
    assert found.xmp == PACKET
    assert found.problems == ("The IPTC block is cut short.",)
    assert parse_iptc(found.iptc[0].data).title == "Harbour"


def test_every_resource_of_a_psd() -> None:
    found = parts(
        psd(
            resource(1005, b"x" * 16, b"name"),
            resource(1028, WHOLE),
            resource(1058, EXIF[6:]),
            resource(1060, PACKET),
            resource(1061, DIGEST),
        )
    )
    (block,) = found.iptc
    assert parse_iptc(block.data, block.digest).digest_matches is True
    assert found.directories.main is not None
    assert (found.width, found.height, found.xmp) == (30, 20, PACKET)
    assert found.problems == ()


def test_a_psd_that_ends_within_its_resources() -> None:
    found = parts(psd(resource(1028, WHOLE), resource(1060, PACKET))[:-30])
    assert len(found.iptc) == 1
    assert "The PSD file ends within its image resources." in found.problems


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"0&\xb2u\x8ef\xcf\x11\xa6\xd9", "an ASF or WMV video"),
        (b"\0\0\x01\xba", "an MPEG program stream"),
        (b"\0\0\x01\xb3", "an MPEG video stream"),
        (b"RIFF\0\0\0\0WAVE", "a RIFF file that is neither WebP nor AVI"),
        (b"<?xml?><svg", "an SVG drawing"),
    ],
)
def test_a_known_format_with_an_unread_header_is_marked(head: bytes, name: str) -> None:
    found = parts(head.ljust(200, b"\1"))
    assert found.not_read == f"The header of {name} is not read."
    assert parts(tiff("<")).not_read is None
