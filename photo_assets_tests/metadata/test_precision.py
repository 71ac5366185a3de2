"""Numbers and places agree with values that they are rounded from, and with no others."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.exif.record import ExifRecord
from photo_assets.metadata.precision import Numbers, Places, stated_unit
from photo_assets_tests.metadata.collection import fields_asked, item, one

ZERO, ONE = np.array([0]), np.array([1])


def numbers_agree(a: float, b: float, decimals: int = 1, tolerance: float = 0.02) -> bool:
    said = Numbers(np.array([a, b]), decimals, tolerance)
    forth, back = bool(said.agree(ZERO, ONE)[0]), bool(said.agree(ONE, ZERO)[0])
    assert forth == back
    return forth


def places_agree(a: tuple[float, float], b: tuple[float, float], metres: float = 200.0) -> bool:
    said = Places(np.array([a[0], b[0]]), np.array([a[1], b[1]]), metres)
    forth, back = bool(said.agree(ZERO, ONE)[0]), bool(said.agree(ONE, ZERO)[0])
    assert forth == back
    return forth


@pytest.mark.parametrize(
    ("value", "decimals", "unit"),
    [
        (2.8, 1, 0.1), (2.83, 1, 0.01), (4.0, 1, 0.1), (4.0, 0, 1.0), (0.0006, 1, 0.0001),
        (0.000625, 1, 1e-6), (1 / 3, 1, 0.0), (400.0, 0, 1.0), (48.14, 2, 0.01), (-48.0, 2, 0.01),
        (float(np.float32(0.0006)), 1, 0.0001), (48.1375, 2, 0.0001), (0.0, 2, 0.01),
    ],
)  # fmt: skip
def test_the_unit_is_that_of_the_last_stated_digit(
    value: float, decimals: int, unit: float
) -> None:
    assert stated_unit(np.array([value]), decimals)[0] == pytest.approx(unit, abs=1e-6)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (0.0006, 1 / 1600), (0.0003, 1 / 3200), (0.0003, 1 / 4000), (0.0001, 1 / 8000),
        (0.0002, 1 / 6400), (0.0016, 1 / 640), (0.003, 1 / 320), (0.006, 1 / 160),
        (0.017, 1 / 60), (0.017, 0.016667), (0.033, 1 / 30), (0.07, 1 / 15), (0.3, 1 / 3),
        (1.3, 1.25), (0.6, 0.63), (float(np.float32(0.0006)), 1 / 1600), (0.01, 0.0101),
        (30.0, 30.0), (1 / 60, 1 / 60.5),
    ],
)  # fmt: skip
def test_rounded_exposures_agree(a: float, b: float) -> None:
    assert numbers_agree(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (0.01, 1 / 80), (0.01, 1 / 125), (0.001, 1 / 800), (0.001, 1 / 1250), (0.002, 1 / 400),
        (0.1, 1 / 13), (0.1, 1 / 8), (0.05, 1 / 25), (0.02, 1 / 60), (0.5, 0.6), (0.3, 0.4),
        (0.0006, 1 / 1250), (0.0006, 1 / 2000), (0.0008, 1 / 1600), (0.0001, 1 / 5000),
        (1.0, 1.3), (2.0, 2.5), (1 / 60, 1 / 50), (0.017, 1 / 50), (30.0, 25.0),
    ],
)  # fmt: skip
def test_exposures_a_third_of_a_stop_apart_disagree(a: float, b: float) -> None:
    assert not numbers_agree(a, b)


STOPS = (1.0, 1.1, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.5, 2.8, 3.2, 3.5, 4.0, 4.5, 5.0, 5.6, 6.3, 7.1,
         8.0, 9.0, 10.0, 11.0, 13.0, 14.0, 16.0, 18.0, 20.0, 22.0)  # fmt: skip


@pytest.mark.parametrize(("a", "b"), [*pairwise(STOPS)])
def test_different_stops_of_a_lens_disagree(a: float, b: float) -> None:
    assert not numbers_agree(a, b)


@pytest.mark.parametrize("stop", STOPS)
def test_a_stop_agrees_with_its_apex_value(stop: float) -> None:
    exact = 2 ** (round(2 * np.log2(stop), 2) / 2)
    assert numbers_agree(stop, float(exact))


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (4.0, 4.25, True), (4.3, 4.25, True), (4.0, 4.4, True), (4.0, 5.0, False),
        (50.0, 50.4, True), (18.0, 18.2, True), (4.0, 4.6, False), (35.0, 28.0, False),
        (6.77, 6.8, True), (6.77, 6.9, True), (6.77, 7.0, True), (6.765, 7.0, True),
    ],
)  # fmt: skip
def test_focal_lengths_are_rounded_to_millimetres(a: float, b: float, same: bool) -> None:
    assert numbers_agree(a, b, decimals=0) is same


@given(st.floats(1e-5, 1e4), st.integers(0, 6))
def test_a_number_agrees_with_its_own_rounding(value: float, digits: int) -> None:
    rounded = round(value, digits)
    if rounded > 0 and not (rounded < 1 and abs(1 / rounded - round(1 / rounded)) < 1e-3):
        assert numbers_agree(value, rounded, decimals=0, tolerance=0.0)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ((48.13746, 11.57543), (48.14, 11.58), True),  # rounded to hundredths
        ((48.13746, 11.57543), (48.137, 11.575), True),
        ((48.13746, 11.57543), (48.15, 11.58), False),
        ((48.13746, 11.57543), (48.1, 11.6), False),  # 4 km: nearer is not meant by a tenth
        ((48.13746, 11.57543), (48.0, 11.57543), False),  # one rounded number may be a coincidence
        ((48.13746, 11.57543), (48.13746, 11.58), False),  # as precise as its finer number
        ((-17.0, 179.9999), (-17.0, -179.9999), True),
        ((-17.004, 179.9961), (-17.0, -180.0), True),
        ((89.9999, 10.0), (90.0, -100.0), True),
        ((0.0049, -0.0049), (0.01, 0.0), True),
        ((0.02, 0.02), (0.0, 0.01), False),
        ((52.5, 13.4), (52.51, 13.4), False),
    ],
)  # fmt: skip
def test_places_agree_within_their_rounding(
    a: tuple[float, float], b: tuple[float, float], same: bool
) -> None:
    assert places_agree(a, b) is same


@given(st.floats(-89, 89), st.floats(-180, 180), st.integers(2, 7))
def test_a_place_agrees_with_its_own_rounding(
    latitude: float, longitude: float, digits: int
) -> None:
    rounded = round(latitude, digits), round(longitude, digits)
    assert places_agree((latitude, longitude), rounded, metres=0.02)


def test_only_a_different_exposure_is_a_conflict(tmp_path: Path) -> None:
    """EXIF 0.0006 s beside Lightroom's 1/1600 s (APEX 10.643856)."""
    lightroom = ("lightroom", "main", "1")
    for exif, asked in ((0.0006, set[str]()), (0.0008, {"exposure_time_s"})):
        row, conflicts = one(
            tmp_path / str(exif),
            item(exposure_time_s=1 / 1600, aperture=4.0, focal_length_mm=4.25, iso=100),
            item("eagle", exposure_time_s=1 / 1600, focal_length_mm=4.0),
            exif={lightroom: ExifRecord(exposure_time_s=exif, aperture=4.0, iso=100)},
        )
        assert row["exposure_time_s"] == 1 / 1600
        assert fields_asked(conflicts) == asked
