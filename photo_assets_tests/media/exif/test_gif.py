from collections.abc import Callable

import pytest

from photo_assets_tests.media.exif.blocks import PACKET, parts
from photo_assets_tests.media.exif.files import picture

TRAILER = b"\x01" + bytes(range(255, 0, -1)) + b"\0\0"


def with_trailer(packet: bytes) -> bytes:
    return b"\x21\xff\x0bXMP DataXMP" + packet + TRAILER


def in_sub_blocks(packet: bytes) -> bytes:
    pieces = [packet[at : at + 255] for at in range(0, len(packet), 255)]
    return b"\x21\xff\x0bXMP DataXMP" + b"".join(bytes((len(p),)) + p for p in pieces) + b"\0"


def gif(*blocks: bytes, last: bytes = b"") -> bytes:
    plain = picture("GIF")
    start = 13 + (3 << (plain[10] & 7) + 1)
    return plain[:start] + b"".join(blocks) + plain[start:-1] + last + b";"


@pytest.mark.parametrize("extension", [with_trailer, in_sub_blocks])
@pytest.mark.parametrize("packet", [PACKET, b"\xef\xbb\xbf" + PACKET, PACKET + b" " * 5000])
def test_xmp_before_and_after_the_picture(
    extension: Callable[[bytes], bytes], packet: bytes
) -> None:
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    comment = b"\x21\xfe\x05hello\0"
    for data in (gif(extension(packet)), gif(loop, comment, last=extension(packet))):
        found = parts(data)
        assert found.xmp == packet
        assert (found.width, found.height) == (40, 30)
        assert found.problems == ()


def test_two_packets() -> None:
    other = PACKET + b"\n"
    assert parts(gif(with_trailer(PACKET), with_trailer(other))).packets == (PACKET, other)


def test_invalid_xmp_is_a_problem() -> None:
    found = parts(gif(b"\x21\xff\x0bXMP DataXMP\x03abc\0"))
    assert found.problems == ("The GIF has an XMP block that cannot be read.",)


def test_a_gif_without_xmp_is_its_size() -> None:
    found = parts(gif())
    assert (found.packets, found.problems) == ((), ())
