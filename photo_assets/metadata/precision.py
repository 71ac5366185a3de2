"""How precisely a number was stated, and when two numbers can be the same.

0.0006 s in a catalog may be a rounded 1/1600 s, and 48.14 a rounded 48.1375: a rounded number
agrees with the exact one. Positions are compared by distance. Which numbers are compared is decided
elsewhere.
"""

import numpy as np
import numpy.typing as npt

from photo_assets.metadata.statements import Bools, Ints

Floats = npt.NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG 1980), meters."""


def distance_m(lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats) -> Floats:
    """Return great-circle distances in meters (haversine; valid across ±180° and at the poles)."""
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_phi = (phi_b - phi_a) / 2
    half_lambda = np.radians(lon_b - lon_a) / 2
    chord = np.sin(half_phi) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_lambda) ** 2
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return metres


_MOST_DECIMALS = 8
_EQUAL = 2e-7  # relative; some catalogs keep numbers of 32 bits
_FRACTION_UNIT = 1e-4
_PLACE_DECIMALS = 2


class Numbers:
    """Statements of a number, comparable by row.

    `decimals` is the assumed minimum number of digits after the decimal point: an aperture of 4 is
    4.0. `tolerance` is a share of the smaller of two numbers.
    """

    def __init__(self, values: Floats, decimals: int, tolerance: float) -> None:
        self._values, self._tolerance = values, tolerance
        unit = stated_unit(values, decimals)
        # 0.01 s is 1/100 s, not a rounded 1/80 s; only the shortest times are rounded to four
        # digits.
        with np.errstate(divide="ignore", over="ignore"):
            is_fraction = (values < 1) & _is_whole(1 / values)
        self._unit = np.where(is_fraction, np.minimum(unit, _FRACTION_UNIT), unit)

    def agree(self, a: Ints, b: Ints) -> Bools:
        """Return for each k whether row a[k] and row b[k] agree within tolerance or rounding."""
        one, other = self._values[a], self._values[b]
        rounding = np.maximum(self._unit[a], self._unit[b]) * (0.5 + _EQUAL)
        slack = np.maximum(self._tolerance * np.minimum(one, other), rounding)
        agreed: Bools = np.abs(one - other) <= slack
        return agreed


class Places:
    """Statements of latitude and longitude in degrees, comparable by row.

    A place is as precise as the finer of its two numbers, and at least a hundredth of a degree (a
    kilometer): people consider places further apart different.
    """

    def __init__(self, latitude: Floats, longitude: Floats, tolerance_m: float) -> None:
        self._latitude, self._longitude = latitude, longitude
        units = [stated_unit(degrees, _PLACE_DECIMALS) for degrees in (latitude, longitude)]
        self._half = np.minimum(*units) / 2
        self._tolerance_m = tolerance_m

    def agree(self, a: Ints, b: Ints) -> Bools:
        """Return for each k whether rows a[k] and b[k] are close enough, allowing for rounding."""
        half = np.maximum(self._half[a], self._half[b])
        south, north = self._latitude[a], self._latitude[b]
        # Both move toward each other, so the comparison is symmetric.
        shift = np.sign(north - south) * np.minimum(half, np.abs(north - south)) / 2
        around = np.abs((self._longitude[b] - self._longitude[a] + 180) % 360 - 180)
        east = np.maximum(around - half, 0)
        apart = distance_m(south + shift, np.zeros_like(east), north - shift, east)
        near: Bools = apart <= self._tolerance_m
        return near


def stated_unit(values: Floats, decimals: int) -> Floats:
    """Return the unit of the last stated digit after the point: 0.1 for 2.8, and 0 for 1/3.

    Each value is assumed to have at least `decimals` such digits.
    """
    unit = np.zeros_like(values)
    for digits in range(_MOST_DECIMALS, decimals - 1, -1):
        unit = np.where(_is_whole(values * 10.0**digits), 10.0**-digits, unit)
    return unit


def _is_whole(values: Floats) -> Bools:
    whole: Bools = np.abs(values - np.round(values)) <= _EQUAL * np.abs(values)
    return whole
