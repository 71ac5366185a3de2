"""Colors stated in numbers, compared with LittleCMS and with values in the standards."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from photo_assets.identity.fingerprints.rgb_spaces import (
    HLG,
    PQ,
    RgbSpace,
    primaries_of,
    shown_in_srgb,
    space_of,
    space_of_gamma,
)
from photo_assets_tests.identity.fingerprints.decoding import difference, rgb
from photo_assets_tests.identity.fingerprints.test_thumbnails import display_p3

PIXELS = rgb(64, 48)


def in_space(levels: list[list[int]], primaries: int, transfer: int) -> list[list[int]]:
    space = space_of(primaries_of(primaries), transfer)
    assert space is not None
    shown = shown_in_srgb(np.array([levels], np.uint8), space)
    return [[int(level) for level in pixel] for pixel in shown[0]]


def test_display_p3_matches_its_profile() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(display_p3()))
    expected = ImageCms.profileToProfile(
        Image.fromarray(PIXELS), profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert expected is not None
    space = space_of(primaries_of(12), 13)
    assert space is not None
    assert difference(shown_in_srgb(PIXELS, space), np.asarray(expected)) <= 2


def test_white_stays_white_and_gray_stays_gray() -> None:
    grays = np.repeat(np.arange(256), 3)
    for primaries in (4, 5, 6, 9, 11, 12, 22):
        space = space_of(primaries_of(primaries), 13)
        assert space is not None
        shown = shown_in_srgb(grays.astype(np.uint8).reshape(1, -1, 3), space)[0]
        assert difference(shown, np.repeat(np.arange(256)[:, None], 3, axis=1)) <= 1


def test_reference_white_is_white_and_middle_gray_is_unchanged() -> None:
    """BT.2408: 58 % of PQ and 75 % of HLG are 203 cd/m2; without brighter light nothing changes."""
    pq = in_space([[148] * 3, [0] * 3, [97] * 3], 9, PQ)
    assert min(pq[0]) >= 253
    assert pq[1] == [0, 0, 0]
    assert abs(pq[2][0] - 101) <= 2  # a gray card: 38 % of PQ, 26 cd/m2
    hlg = in_space([[191] * 3, [0] * 3], 9, HLG)
    assert 215 <= min(hlg[0]) <= max(hlg[0]) <= 240  # rolled off: brighter light exists
    assert hlg[1] == [0, 0, 0]


def test_rolled_off_light_keeps_its_hue() -> None:
    bright = in_space([[200, 150, 150], [255, 255, 255]], 1, PQ)
    assert 255 > bright[0][0] > bright[0][1] == bright[0][2]


@pytest.mark.parametrize("transfer", [8, PQ, HLG, 13, 4, 5, 17])
@given(data=st.data())
def test_brighter_light_is_never_shown_darker(transfer: int, data: st.DataObject) -> None:
    levels = sorted(data.draw(st.lists(st.integers(0, 255), min_size=2, max_size=12)))
    space = space_of(primaries_of(9), transfer)
    assert space is not None
    pixels = np.repeat(np.array(levels, np.uint8), 3).reshape(1, -1, 3)
    shown = shown_in_srgb(pixels, space)[0].astype(int)
    assert (np.diff(shown, axis=0) >= -1).all()


@given(st.lists(st.floats(-2, 2), min_size=8, max_size=8), st.floats(-10, 1e9))
def test_no_values_in_a_file_raise(chromaticities: list[float], gamma: float) -> None:
    space = space_of_gamma(gamma, chromaticities)
    if space is not None:
        assert shown_in_srgb(PIXELS[:2], space).shape == (2, 64, 3)


def test_near_srgb_is_srgb() -> None:
    assert space_of(primaries_of(1), 13) is None
    assert space_of(primaries_of(1), 1) is None
    assert space_of(primaries_of(2), 2) is None
    assert space_of_gamma(0.45455, None) is None
    assert space_of_gamma(1.0, None) == RgbSpace(primaries_of(1), 0, 1.0)
