import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.exif.jpegxl import codestream
from photo_assets_tests.media.exif.blocks import EXIF, parts
from photo_assets_tests.media.exif.files import box
from photo_assets_tests.media.exif.test_jpeg2000 import JPEG_XL

RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}


def written(*numbers: tuple[int, int]) -> bytes:
    """Numbers of so many bits, the lowest bit first, after the signature."""
    value, place = 0, 0
    for number, bits in numbers:
        value |= number << place
        place += bits
    return b"\xff\x0a" + value.to_bytes(20, "little")


def side(pixels: int) -> list[tuple[int, int]]:
    size = next(n for n, bits in enumerate((9, 13, 18, 30)) if pixels <= 1 << bits)
    return [(size, 2), (pixels - 1, (9, 13, 18, 30)[size])]


def turned(orientation: int) -> list[tuple[int, int]]:
    return [(0, 1), (1, 1), (orientation - 1, 3)]


@given(st.integers(1, 1 << 30), st.integers(1, 1 << 30), st.integers(1, 8))
def test_any_size_and_turn(width: int, height: int, orientation: int) -> None:
    data = written((0, 1), *side(height), (0, 3), *side(width), *turned(orientation))
    assert codestream(data) == (width, height, orientation)


@given(st.integers(0, 31), st.sampled_from(sorted(RATIOS)))
def test_small_heights_and_widths_by_their_ratio(eighths: int, ratio: int) -> None:
    height, (over, under) = (eighths + 1) * 8, RATIOS[ratio]
    data = written((1, 1), (eighths, 5), (ratio, 3), (1, 1))
    assert codestream(data) == (height * over // under, height, 1)


def test_what_libjxl_wrote() -> None:
    assert codestream(bytes.fromhex("ff0acb0600128802005401 5de51200")) == (64, 48, 1)
    found = parts(bytes.fromhex("ff0acb06001288020054015de5120000152aa38c"))
    assert (found.width, found.height, found.orientation) == (64, 48, 1)


@pytest.mark.parametrize("data", [b"", b"\xff\x0a", b"\xff\x0a\x01\x02", b"\xff\xd8" + b"\0" * 20])
def test_what_is_no_beginning_of_a_codestream(data: bytes) -> None:
    assert codestream(data) is None


def test_the_codestream_in_boxes_whole_and_in_parts() -> None:
    data = written((0, 1), *side(30), (0, 3), *side(40), *turned(6))
    exif = box(b"Exif", b"\0\0\0\0" + EXIF)
    for boxes in (
        exif + box(b"jxlc", data),
        box(b"jxlp", b"\0\0\0\0", data[:5]) + exif + box(b"jxlp", b"\x80\0\0\1", data[5:]),
    ):
        found = parts(JPEG_XL + boxes)
        assert (found.width, found.height, found.orientation) == (40, 30, 6)
        assert found.directories.main is not None
