"""Coordinates are found in every common notation; other numbers are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.model.disclosure.coordinates import (
    _COORDINATES,
    _MAY_HOLD_ONE,
    cut_coordinates,
)

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
    "mlat=47.3769",
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
    "https://maps.google.com/data=!4m5!8m2!3d47.3769!4d8.5417",
    "https://osm.org/?mlat=47.3769&mlon=8.5417",
    "https://bing.com/maps?cp=47.3769~8.5417",
    "q=loc:47.3769+8.5417",
    "(47.3769)(-8.5417)",
    "47.3769° 8.5417°",
    "47.3769°, 8.5417°",
    "47.3769\n8.5417",
    "47.3769_8.5417.jpg",
    "47.3769x8.5417",
    "Lat. 47.3769 Long. 8.5417",
    "Breite 47,3769, Länge 8,5417",
    "широта 47.3769 долгота 8.5417",
    "params=47_22_36.9_N_8_32_30.2_E",
    "47 22 36.9 N 8 32 30.2 E",
    "N47 22.615 E008 32.502",
    "47 22.615 N",
    "32T 465000 5247000",
    "32TMT6500047000",
    "32T MT 65000 47000",
    "8FVC9GFQ+QM",
    "9GFQ+QM Zürich",
)


@pytest.mark.parametrize("text", SPELLED)
def test_a_coordinate_is_cut_out(text: str) -> None:
    shown = cut_coordinates(f"at {text}!")
    assert "…" in shown
    numbers = (
        "47.37",
        "8.54",
        "473769",
        "47,37",
        "47,22",
        "151.21",
        "33.85",
        "36.9",
        "22.615",
        "8.5",
        "000",
    )
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
        "DSC 24 12 34 56 Nikon",
        "10 20 30 Nice people",
        "N 5 10 people",
        "S24 10 1.5",
        "1.1234 s and then 30 s",
        "at 12:34:56 E-mail",
        "100 200 300 Events",
        "24 MP 123456",
        "E 24 70 2.8",
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
    st.sampled_from([", ", ",", " ", ";", "/", "|", "~", "\n", "° ", "!4d", ")("]),
)
def test_no_pair_of_decimals_gets_through(
    latitude: float, longitude: float, digits: int, between: str
) -> None:
    text = f"{latitude:.{digits}f}{between}{longitude:.{digits}f}"
    assert cut_coordinates(f"here: {text}.") == "here: …."


PIECES = [text[at : at + size] for text in SPELLED for size in (3, 7, 40) for at in range(0, 30, 2)]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=6).map("".join))
def test_a_text_that_is_not_searched_holds_no_coordinate(text: str) -> None:
    assert _MAY_HOLD_ONE.search(text) or not _COORDINATES.search(text)


@pytest.mark.parametrize("text", SPELLED)
@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_every_spelling_is_searched(text: str, change: type[str]) -> None:
    assert _MAY_HOLD_ONE.search(change(text)) or not _COORDINATES.search(change(text))
