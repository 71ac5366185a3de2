"""JPEG 2000 of every number and depth of components: correct or refused."""

import io
import struct
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms

from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets_tests.edits import replaced
from photo_assets_tests.identity.fingerprints.decoding import (
    decoded,
    difference,
    on_white,
    refusal,
    rgb,
    shown,
)

COLORS = rgb()
SRGB, GRAY, SYCC, CMYK = 16, 17, 18, 12


def by_pillow(picture: Image.Image, **save: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG2000", **save)
    return stream.getvalue()


def by_opencv(levels: npt.NDArray[np.uint16]) -> bytes:
    """A JP2 of sixteen bits per component."""
    order = levels[:, :, ::-1] if levels.shape[2] == 3 else levels
    quality = [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000]
    done, content = cv2.imencode(".jp2", np.ascontiguousarray(order), quality)
    assert done
    return content.tobytes()


def of_depth(levels: npt.NDArray[Any], depth: int) -> bytes:
    """A JP2 of `depth` bits: written with 8 or 16, then its header is changed.

    A codestream stores how far a level is from the middle of its range, so the levels are moved.
    """
    written = 8 if depth <= 8 else 16
    moved = levels.astype(np.int32) - (1 << depth >> 1) + (1 << written >> 1)
    if written == 16:
        content = bytearray(by_opencv(moved.astype(np.uint16)))
    else:
        stored = moved.astype(np.uint8)
        content = bytearray(
            by_pillow(Image.fromarray(stored[:, :, 0] if levels.shape[2] == 1 else stored))
        )
    at = content.index(b"\xff\x51") + 40
    for n in range(levels.shape[2]):
        content[at + 3 * n] = depth - 1
    content[content.index(b"ihdr") + 14] = depth - 1
    return bytes(content)


def with_header(content: bytes, *extra: bytes, colors: bytes | None = None) -> bytes:
    """The JP2 with extra boxes in its header, or another color specification."""
    at = content.index(b"jp2h") - 4
    (length,) = struct.unpack_from(">I", content, at)
    body = content[at + 8 : at + length]
    if colors is not None:
        place = body.index(b"colr") - 4
        (old,) = struct.unpack_from(">I", body, place)
        body = body[:place] + box(b"colr", colors) + body[place + old :]
    return content[:at] + box(b"jp2h", body + b"".join(extra)) + content[at + length :]


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_eight_bits(mode: str, bare: bool) -> None:
    picture = Image.fromarray(COLORS).convert(mode)
    content = by_pillow(picture, no_jp2=bare)
    assert difference(shown(content), np.asarray(picture.convert("RGB"))) == 0


@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bits(channels: int) -> None:
    """Pillow 13 turns the white of three deep components black."""
    levels = COLORS[:, :, :channels].astype(np.uint16) * 257
    levels[:3] = 65535
    truth = np.repeat(levels, 3, axis=2) if channels == 1 else levels
    assert difference(shown(by_opencv(levels)), truth / 257) <= 1


@pytest.mark.parametrize("depth", [1, 2, 4, 9, 10, 12, 14])
@pytest.mark.parametrize("channels", [1, 3])
def test_other_depths_reach_white(depth: int, channels: int) -> None:
    top = (1 << depth) - 1
    levels = (COLORS[:, :, :channels] / 255 * top).round()
    truth = np.repeat(levels, 3, axis=2) if channels == 1 else levels
    assert difference(shown(of_depth(levels, depth)), (truth / top * 255).round()) <= 1


def test_a_fourth_component_is_transparency_if_the_file_states_it() -> None:
    alpha = np.random.default_rng(1).integers(0, 256, (37, 53, 1), dtype=np.uint8)
    picture = Image.fromarray(np.concatenate([COLORS, alpha], axis=2), "RGBA")
    content = by_pillow(picture)
    assert b"cdef" in content
    assert difference(shown(content), on_white(COLORS / 255, alpha / 255).round()) <= 1
    unnamed = replaced(content, (b"cdef", b"cdeX"))
    assert difference(shown(unnamed), COLORS) == 0
    assert refusal(by_pillow(picture, no_jp2=True)) is not None


def test_gray_with_alpha() -> None:
    alpha = np.random.default_rng(2).integers(0, 256, (37, 53, 1), dtype=np.uint8)
    gray = COLORS[:, :, :1]
    content = by_pillow(Image.fromarray(np.concatenate([gray, alpha], axis=2), "LA"))
    truth = np.repeat(on_white(gray / 255, alpha / 255), 3, axis=2)
    assert difference(shown(content), truth.round()) <= 1


def test_y_cb_and_cr() -> None:
    content = by_pillow(Image.fromarray(COLORS).convert("YCbCr"))
    assert np.abs(shown(content) - COLORS).mean() < 2


def test_inks() -> None:
    inks = np.concatenate([255 - COLORS, np.zeros((37, 53, 1), np.uint8)], axis=2)
    content = replaced(by_pillow(Image.fromarray(inks, "RGBA")), (b"cdef", b"cdeX"))
    stated = with_header(content, colors=b"\1\0\0" + CMYK.to_bytes(4))
    assert difference(shown(stated), COLORS) == 0


def test_an_icc_profile_is_applied() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = by_pillow(Image.fromarray(COLORS))
    found = decoded(with_header(content, colors=b"\2\0\0" + profile))
    assert found.color is not None
    assert difference(found.color, COLORS) == 0
    lab = profile[:16] + b"Lab " + profile[20:]
    assert refusal(with_header(content, colors=b"\2\0\0" + lab)) is not None


@pytest.mark.parametrize("colors", [0, 14, 15, 20, 21, 24, 99])
def test_unsupported_colors_are_refused(colors: int) -> None:
    content = by_pillow(Image.fromarray(COLORS))
    reason = refusal(with_header(content, colors=b"\1\0\0" + colors.to_bytes(4)))
    assert reason is not None
    assert reason[0] is Reason.DECODE_ERROR


def test_palettes_and_unlike_components_are_refused() -> None:
    content = by_pillow(Image.fromarray(COLORS))
    assert refusal(with_header(content, box(b"pclr", b"\0\1\3\7\7\7abc"))) is not None
    at = content.index(b"\xff\x51") + 40
    signed = content[:at] + b"\x87" + content[at + 1 :]
    assert refusal(signed) is not None
    halved = content[: at + 1] + b"\2\2" + content[at + 3 :]
    assert refusal(halved) is not None


def test_a_truncated_file_is_refused() -> None:
    content = by_pillow(Image.fromarray(COLORS))
    for length in (20, 60, 120, 200):
        assert refusal(content[:length]) is not None
