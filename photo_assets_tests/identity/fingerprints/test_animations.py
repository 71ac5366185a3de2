"""Distinguishing animations from still pictures by their headers, without exiftool."""

import io
from typing import Any

import pytest
from PIL import Image

from photo_assets.identity.fingerprints.animation import is_animation
from photo_assets_tests.identity.fingerprints import heifs, pngs
from photo_assets_tests.identity.fingerprints.decoding import difference, rgb, shown
from photo_assets_tests.identity.fingerprints.test_jxl import BARE, Bits

PICTURES = [Image.fromarray(rgb(64, 48, seed)) for seed in range(3)]


def saved(form: str, *pictures: Image.Image, **save: Any) -> bytes:
    stream = io.BytesIO()
    several = {"save_all": True, "append_images": pictures[1:]} if len(pictures) > 1 else {}
    pictures[0].save(stream, form, **several, **save)
    return stream.getvalue()


def animated(content: bytes) -> bool:
    return is_animation(io.BytesIO(content))


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "AVIF"])
def test_animations_are_detected(form: str) -> None:
    assert animated(saved(form, *PICTURES))
    assert not animated(saved(form, PICTURES[0]))


@pytest.mark.parametrize("form", ["JPEG", "TIFF", "JPEG2000", "BMP"])
def test_formats_without_animation(form: str) -> None:
    assert not animated(saved(form, PICTURES[0]))
    if form == "TIFF":
        assert not animated(saved(form, *PICTURES))  # pages: exiftool hashes them all


def test_several_pictures_in_a_heic_are_not_an_animation() -> None:
    assert not animated(heifs.heic(PICTURES[0]))
    assert not animated(heifs.with_brand(heifs.heic(PICTURES[0]), b"msf1"))


def test_jpeg_xl() -> None:
    still = Bits().put((1, 1), (4, 5), (1, 3), (1, 1))
    moving = Bits().put((1, 1), (4, 5), (1, 3), (0, 1), (1, 1), (0, 3), (0, 1), (0, 1), (1, 1))
    moving.put((0, 2), (0, 2), (0, 2), (0, 1), (0, 1), (0, 2), (1, 1), (0, 2), (1, 1), (1, 1))
    assert not animated(still.window().at(0, 200))
    assert animated(moving.window().at(0, 200))
    assert not animated(BARE)


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "AVIF"])
def test_truncated_data_and_noise_raise_nothing(form: str) -> None:
    content = saved(form, *PICTURES)
    for length in (0, 5, 9, 14, 21, 40, 100, len(content) // 2):
        assert animated(content[:length] + b"\xff" * 40) in {True, False}


def test_an_animation_chunk_after_the_pixels_is_ignored() -> None:
    """An acTL chunk counts only before them (PNG, third edition, 11.3.6.1)."""
    mark = pngs.chunk(b"acTL", bytes(8))
    still = saved("PNG", PICTURES[0])
    assert animated(pngs.with_chunk(still, mark))
    assert not animated(pngs.with_chunk(still, mark, before=b"IEND"))


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "AVIF"])
def test_an_animation_is_shown_by_its_first_picture(form: str) -> None:
    save: dict[str, dict[str, Any]] = {
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 100, "subsampling": "4:4:4"},
    }
    content = saved(form, *PICTURES, **save.get(form, {}))
    near = {"GIF": 80, "AVIF": 24}
    assert difference(shown(content), rgb(64, 48, 0)) <= near.get(form, 0)
