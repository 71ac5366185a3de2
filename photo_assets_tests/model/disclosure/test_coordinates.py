"""Coordinates are found in every spelling people and programs use; other numbers are let be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.model.disclosure.coordinates import cut_coordinates

SPELLED = (
    "47.3769, 8.5417",
    "47.3769 8.5417",
    "(47.3769;8.5417)",
    "-33.8568, 151.2153",
    "−33.8568 / 151.2153",
    "https://www.google.com/maps/@47.3769,8.5417,17z",
    "https://maps.google.com/?q=47.3769%2C8.5417",
    "47°22'36.9\"N 8°32'30.1\"E",
    "47° 22′ 36.9″ N",
    "N 47° 22.615'",
    "47 deg 22' 36.90\" N, 8 deg 32' 30.20\" E",
    "47?22'36.9\"N",
    "47.3769 deg N",
    "47.3769° N, 8.5417° E",
    "47,3769; 8,5417",
    "47.37 N 8.54 E",
    "47.376N",
    "geo:lat=47.3769",
    "geo:lon=8.54",
    "geolat473769",
    "geo:47.37,8.54",
    "latitude: 47.37",
    "lat 47.3769",
    "lng=8.5417",
    "GPSLatitude=47.3769",
    '{"lat": 47.3769}',
    "47,22.615N",
    "8,32,30E",
    "+47.3769+008.5417/",
    "8FVC9GFQ+QM",
    "9GFQ+QM Zürich",
)


@pytest.mark.parametrize("text", SPELLED)
def test_a_coordinate_is_cut_out(text: str) -> None:
    shown = cut_coordinates(f"at {text}!")
    assert "…" in shown
    numbers = ("47.37", "8.54", "473769", "47,37", "47,22", "151.21", "33.85", "36.9", "22.615")
    assert not any(number in shown for number in (*numbers, "9GFQ", "8,32"))


@pytest.mark.parametrize(
    "text",
    [
        "f/2.8, 1/250 s",
        "1.5 s exposure",
        "20 °C",
        "flat 12",
        "late 20 people",
        "long 100 m walk",
        "10,000 20,000 people",
        "35.5, 40.2 mm",
        "2019-08-04 11:28:12.123",
        "3,5W LED",
        "chapter 3.141 pages",
        "a 45° turn",
        "2345+67",
        "C++",
        "DSC_0001.JPG",
        "Canon EF 24-70mm f/2.8L",
        "N 5",
    ],
)
def test_other_numbers_are_let_be(text: str) -> None:
    assert cut_coordinates(text) == text


@given(
    st.floats(-90, 90).map(lambda value: round(value, 6)),
    st.floats(-180, 180).map(lambda value: round(value, 6)),
    st.integers(3, 6),
    st.sampled_from([", ", ",", " ", ";", "/", "|"]),
)
def test_no_pair_of_decimals_gets_through(
    latitude: float, longitude: float, digits: int, between: str
) -> None:
    text = f"{latitude:.{digits}f}{between}{longitude:.{digits}f}"
    assert cut_coordinates(f"here: {text}.") == "here: …."
