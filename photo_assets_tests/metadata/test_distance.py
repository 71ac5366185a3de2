"""Distances at locations where naive formulas fail."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.metadata.precision import distance_m


def apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    values = (np.array([x], dtype=np.float64) for x in (*a, *b))
    return float(distance_m(*values)[0])


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ((0.0, 0.0), (0.0, 1.0), 111_195),
        ((0.0, 179.9999), (0.0, -179.9999), 22.2),  # across the antimeridian
        ((-17.0, 180.0), (-17.0, -180.0), 0),
        ((90.0, 0.0), (90.0, 123.0), 0),  # a pole has every longitude
        ((-90.0, 10.0), (-90.0, -170.0), 0),
        ((89.9999, 0.0), (89.9999, 180.0), 22.2),  # across the pole
        ((0.0, 0.0), (0.0, 180.0), 20_015_115),  # antipodes
        ((90.0, 0.0), (-90.0, 0.0), 20_015_115),
        ((52.520008, 13.404954), (48.856613, 2.352222), 877_464),  # Berlin, Paris
        ((0.0, 13.4), (0.0018, 13.4), 200.2),
    ],
)
def test_distance(a: tuple[float, float], b: tuple[float, float], metres: float) -> None:
    assert apart(a, b) == pytest.approx(metres, rel=0.001, abs=0.2)


latitudes = st.floats(-90, 90, allow_nan=False)
longitudes = st.floats(-180, 180, allow_nan=False)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_symmetric_and_bounded_by_the_globe(
    a: float, b: float, c: float, d: float
) -> None:
    there, back = apart((a, b), (c, d)), apart((c, d), (a, b))
    assert there == pytest.approx(back, rel=1e-9, abs=1e-3)
    assert 0 <= there <= 20_015_200
