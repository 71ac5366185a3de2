"""HEIC and AVIF: brands, crops, turns and colors; item and thumbnail agree."""

import io
import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.identity.fingerprints.rgb_spaces import primaries_of, shown_in_srgb, space_of
from photo_assets.media.read import read_media
from photo_assets_tests.edits import replaced
from photo_assets_tests.identity.fingerprints import heifs
from photo_assets_tests.identity.fingerprints.decoding import (
    decoded,
    difference,
    refusal,
    rgb,
    shown,
)

WIDTH, HEIGHT = 64, 48
CROP = (5, 3, 40, 30)
PICTURE = rgb(WIDTH, HEIGHT)
ENCODERS = [heifs.avif, heifs.heic]
ORIENTATION = 0x0112
NEAR = 24
"""Levels: the encoders lose some."""

STEPS = [
    [],
    *([("turn", n)] for n in range(4)),
    *([("mirror", n)] for n in range(2)),
    *([("turn", n), ("mirror", m)] for n, m in itertools.product(range(4), range(2))),
    *([("mirror", m), ("turn", n)] for n, m in itertools.product(range(4), range(2))),
    *([("crop", 0), ("turn", n), ("mirror", 1)] for n in range(4)),
    *([("turn", n), ("crop", 0)] for n in range(4)),
    *([("mirror", m), ("crop", 0), ("turn", 1)] for m in range(2)),
]


def applied(step: tuple[str, int], picture: npt.NDArray[Any]) -> npt.NDArray[Any]:
    match step:
        case ("turn", quarters):
            return np.rot90(picture, quarters)
        case ("mirror", mode):
            return picture[::-1] if mode == 0 else picture[:, ::-1]
        case _:
            left, top, width, height = CROP
            return picture[top : top + height, left : left + width]


def edited(content: bytes, steps: list[tuple[str, int]]) -> tuple[bytes, npt.NDArray[Any]]:
    """The file with these properties, and its resulting picture (ISO 23008-12: in their order)."""
    truth: npt.NDArray[Any] = PICTURE
    added = []
    for step in steps:
        whole = truth.shape[1], truth.shape[0]
        match step:
            case ("turn", quarters):
                added.append(heifs.turn(quarters))
            case ("mirror", mode):
                added.append(heifs.mirror(mode))
            case _:
                added.append(heifs.aperture(whole, *CROP))
        truth = applied(step, truth)
    # The properties of a turn replace any that the encoder added.
    return heifs.with_properties(content, added), truth


@pytest.mark.parametrize("encode", ENCODERS)
@pytest.mark.parametrize("steps", STEPS, ids=str)
def test_crops_and_turns_are_applied_in_order(encode: Any, steps: list[tuple[str, int]]) -> None:
    content, truth = edited(encode(Image.fromarray(PICTURE)), steps)
    assert difference(shown(content), truth) <= NEAR
    picture = decoded(content)
    assert picture.upright_size == (truth.shape[1], truth.shape[0])
    item = read_media(io.BytesIO(content), "")
    assert item.width is not None
    assert item.height is not None
    turned = (item.orientation or 1) >= 5
    sides = (item.height, item.width) if turned else (item.width, item.height)
    assert sides == picture.upright_size


@pytest.mark.parametrize("encode", ENCODERS)
@pytest.mark.parametrize("steps", STEPS[:15], ids=str)
def test_the_items_orientation_turns_the_stored_picture_as_the_thumbnail_is(
    encode: Any, steps: list[tuple[str, int]]
) -> None:
    content, _ = edited(encode(Image.fromarray(PICTURE)), steps)
    exif = Image.Exif()
    exif[ORIENTATION] = read_media(io.BytesIO(content), "").orientation or 1
    stream = io.BytesIO()
    Image.fromarray(PICTURE).save(stream, "PNG", exif=exif)
    assert difference(shown(content), shown(stream.getvalue())) <= NEAR


@pytest.mark.parametrize("encode", ENCODERS)
@pytest.mark.parametrize("quarters", range(4))
def test_exifs_orientation_is_ignored_beside_the_containers(encode: Any, quarters: int) -> None:
    """ISO 23008-12, annex A; pillow-heif and libavif write one from the other, so both are set."""
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        content = encode(Image.fromarray(PICTURE), exif=exif)
        content = heifs.with_properties(content, [], without=b"imir")
        content = heifs.with_properties(content, [heifs.turn(quarters)], without=b"irot")
        assert difference(shown(content), np.rot90(PICTURE, quarters)) <= NEAR
        item = read_media(io.BytesIO(content), "")
        assert item.orientation == (1, 8, 3, 6)[quarters]


@pytest.mark.parametrize("encode", ENCODERS)
@pytest.mark.parametrize("brand", [b"mif1", b"heic", b"avif", b"msf1", b"miaf"])
def test_the_coding_selects_the_decoder(encode: Any, brand: bytes) -> None:
    content = heifs.with_brand(encode(Image.fromarray(PICTURE)), brand)
    assert difference(shown(content), PICTURE) <= NEAR
    assert decoded(content).decoder == f"pillow:{'avif' if encode is heifs.avif else 'heif'}"


def encoded_in(light: npt.NDArray[Any], transfer: int) -> npt.NDArray[np.uint8]:
    """Light, 1.0 being white at 203 cd/m2, as levels of PQ or HLG (ITU-R BT.2100)."""
    if transfer == 16:
        power = (light * 203 / 10_000).clip(0, 1) ** 0.1593017578125
        level = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    else:
        luminance = (light * 203 / 1000) @ np.array([0.2627, 0.6780, 0.0593])
        scene = (light * 203 / 1000) * np.maximum(luminance, 1e-6)[:, :, None] ** (1 / 1.2 - 1)
        low = np.sqrt(3 * scene.clip(0, 1 / 12))
        high = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-6)) + 0.55991073
        level = np.where(scene <= 1 / 12, low, high)
    return (level.clip(0, 1) * 255).round().astype(np.uint8)


def light_of(picture: npt.NDArray[Any]) -> npt.NDArray[Any]:
    level = picture / 255
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


IN_2020 = np.linalg.inv(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)
"""Light in sRGB's primaries to light in BT.2020's (ITU-R BT.2087)."""


@pytest.mark.parametrize("encode", ENCODERS)
@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_is_converted_to_its_source_picture(encode: Any, transfer: int) -> None:
    soft = (PICTURE * 0.6 + 50).round()
    stored = encoded_in((light_of(soft) @ IN_2020.T).clip(0), transfer)
    content = encode(Image.fromarray(stored))
    stated = heifs.with_properties(content, [heifs.code_points(9, transfer)], without=b"colr")
    found = shown(stated)
    assert np.abs(found - soft).mean() < 4
    assert np.abs(shown(content) - soft).mean() > 10  # its appearance interpreted as sRGB


@pytest.mark.parametrize("transfer", [16, 18])
def test_highlights_are_rolled_off(transfer: int) -> None:
    """A ramp up to four times white keeps its steps, and dark levels are unchanged."""
    light = np.repeat(np.linspace(0, 4, 64)[None, :, None], 3, axis=2).repeat(48, axis=0)
    content = heifs.avif(Image.fromarray(encoded_in(light, transfer)))
    stated = heifs.with_properties(content, [heifs.code_points(9, transfer)], without=b"colr")
    ramp = shown(stated)[24, :, 1].astype(int)
    assert (np.diff(ramp[:36:4]) > 0).all()  # up to more than twice white
    assert ramp[16] < 240
    assert ramp[-1] >= 250
    assert (np.abs(light_of(ramp[3:6]) / light[0, 3:6, 1] - 1) < 0.15).all()


@pytest.mark.parametrize("encode", ENCODERS)
@pytest.mark.parametrize(("primaries", "transfer"), [(12, 13), (9, 1), (1, 8), (11, 13), (1, 5)])
def test_wide_gamuts_and_other_curves(encode: Any, primaries: int, transfer: int) -> None:
    content = encode(Image.fromarray(PICTURE))
    stated = heifs.with_properties(
        content, [heifs.code_points(primaries, transfer)], without=b"colr"
    )
    space = space_of(primaries_of(primaries), transfer)
    assert space is not None
    plain = shown(content).astype(np.uint8)
    assert difference(shown(stated), shown_in_srgb(plain, space)) <= 1
    assert difference(shown(stated), plain) > 10


@pytest.mark.parametrize("encode", ENCODERS)
@pytest.mark.parametrize(("primaries", "transfer"), [(1, 13), (1, 1), (2, 2), (1, 6)])
def test_spaces_shown_as_srgb(encode: Any, primaries: int, transfer: int) -> None:
    content = encode(Image.fromarray(PICTURE))
    stated = heifs.with_properties(
        content, [heifs.code_points(primaries, transfer)], without=b"colr"
    )
    assert difference(shown(stated), shown(content)) == 0


def test_a_profile_takes_precedence_over_numbers() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = heifs.avif(Image.fromarray(PICTURE), icc_profile=profile)
    stated = replaced(content, (b"nclx\0\x02\0\x02", b"nclx\0\x09\0\x10"))
    assert stated != content
    assert difference(shown(stated), shown(content)) == 0


def test_impossible_crops_affect_only_themselves() -> None:
    content = heifs.avif(Image.fromarray(PICTURE))
    for crop in ((0, 0, 0, 0), (500, 0, 10, 10), (-30, -30, 20, 20)):
        odd = heifs.with_properties(content, [heifs.aperture((WIDTH, HEIGHT), *crop)])
        assert difference(shown(odd), PICTURE) <= NEAR
    clap, body = heifs.aperture((WIDTH, HEIGHT), *CROP)
    zero = heifs.with_properties(content, [(clap, bytes(len(body)))])
    assert difference(shown(zero), PICTURE) <= NEAR


def test_a_movie_named_heic_is_not_a_picture() -> None:
    reason = refusal(b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + b"\0\0\0\x08free")
    assert reason is not None
    assert reason[0] is Reason.UNKNOWN_FORMAT
