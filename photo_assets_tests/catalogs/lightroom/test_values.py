"""Stored values: any SQLite value is converted or gives None, and never raises."""

import math
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.catalogs.lightroom import values
from photo_assets.catalogs.lightroom.database import Value

ANYTHING = st.one_of(
    st.none(),
    st.integers(min_value=-(2**63), max_value=2**63 - 1),
    st.floats(),
    st.text(),
    st.text(alphabet="0123456789abcdefABCD/.:-+TZeE \x00", max_size=40),
    st.binary(max_size=64),
)


@given(ANYTHING)
def test_no_stored_value_raises(value: Value) -> None:
    functions: list[Callable[[Value], object]] = [
        values.number,
        values.integer,
        values.text,
        values.truth,
        values.moment,
        values.import_moment,
        values.aperture,
        values.exposure_time_s,
        values.orientation,
        values.duration_s,
    ]
    for function in functions:
        function(value)
    bounded = values.within(value, -1, 5)
    assert bounded is None or -1 <= bounded <= 5
    exposure = values.exposure_time_s(value)
    assert exposure is None or (exposure >= 0 and math.isfinite(exposure))
    written = values.text(value)
    if written is not None:
        assert written.encode("utf-8")
        assert "\x00" not in written


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        (408546219.101946, datetime(2013, 12, 12, 13, 3, 39, 101946, tzinfo=UTC)),
        ("408546219", datetime(2013, 12, 12, 13, 3, 39, tzinfo=UTC)),
        (0, None),
        (0.0, None),
        (-63113817600.0, None),
        (1e300, None),
        (float("inf"), None),
        ("never", None),
        (None, None),
    ],
)
def test_the_clock_counts_from_2001(stored: Value, meant: datetime | None) -> None:
    assert values.moment(stored) == meant


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("2020-06-01T10:50:48-07:00", datetime(2020, 6, 1, 17, 50, 48, tzinfo=UTC)),
        ("2013-12-12T15:03:39+02:00", datetime(2013, 12, 12, 13, 3, 39, tzinfo=UTC)),
        ("2013-12-12T15:03:39", datetime(2013, 12, 12, 15, 3, 39, tzinfo=UTC)),
        (408546219.0, datetime(2013, 12, 12, 13, 3, 39, tzinfo=UTC)),
        ("", None),
        ("soon", None),
    ],
)
def test_import_dates_are_instants(stored: Value, meant: datetime | None) -> None:
    assert values.import_moment(stored) == meant


@pytest.mark.parametrize(
    ("apex", "f_number"),
    [(2.970854, 2.8), (0.970854, 1.4), (3.61471, 3.5), (6.918863, 11.0), ("2", 2.0), (99, None)],
)
def test_apertures_are_apex(apex: Value, f_number: float | None) -> None:
    assert values.aperture(apex) == f_number


@pytest.mark.parametrize("denominator", [2, 3, 20, 25, 60, 125, 400, 3200, 8000, 32000])
def test_exposures_are_apex_rounded_to_six_digits(denominator: int) -> None:
    assert values.exposure_time_s(round(math.log2(denominator), 6)) == 1 / denominator


@pytest.mark.parametrize("seconds", [1.0, 1.3, 2.5, 30.0, 0.4, 0.8, 900.0])
def test_long_exposures(seconds: float) -> None:
    assert values.exposure_time_s(round(-math.log2(seconds), 6)) == pytest.approx(seconds, rel=1e-4)


@pytest.mark.parametrize("apex", [10.64, 10.6, 10.644, 12.29, 1.737, -1.3])
def test_a_coarse_apex_value_keeps_its_digits(apex: float) -> None:
    assert values.exposure_time_s(apex) == pytest.approx(2**-apex, rel=5e-4)


def test_orientations_are_eight_pairs_of_corners() -> None:
    found = [values.orientation(x + y) for x in "ABCD" for y in "ABCD"]
    assert sorted(one for one in found if one) == list(range(1, 9))
    assert [values.orientation(word) for word in ("AB", "BC", "CD", "DA", None, 6)] == [
        *(1, 6, 3, 8),
        *(None, None),
    ]


@pytest.mark.parametrize(
    ("stored", "seconds"),
    [
        ("0000000000001770/0000000000000258", 10.0),
        ("0000000000000000/0000000000000001", None),
        ("0000000000001770/0000000000000000", None),
        ("x/y", None),
        (12.5, 12.5),
        (None, None),
    ],
)
def test_durations_are_hexadecimal_fractions(stored: Value, seconds: float | None) -> None:
    assert values.duration_s(stored) == seconds
