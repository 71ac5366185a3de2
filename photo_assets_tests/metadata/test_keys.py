"""Which texts have the same meaning."""

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.metadata.fields import Comparison
from photo_assets.metadata.keys import KEYS

SAME = [
    (Comparison.TEXT, "Caf\u00e9", "Cafe\u0301"),
    (Comparison.TEXT, "한국", unicodedata.normalize("NFD", "한국")),
    (Comparison.TEXT, "two\r\nlines", "two\nlines"),
    (Comparison.TEXT, "two\rlines", "two\nlines"),
    (Comparison.TEXT, " \u00a0framed\n", "framed"),
    (Comparison.NAME, "New  York", "new york"),
    (Comparison.NAME, "Zürich", "ZÜRICH"),
    (Comparison.LABEL, "Rot", "Red"),
    (Comparison.LABEL, "レッド", "rouge"),
    (Comparison.LABEL, "Żółty", "yellow"),
    (Comparison.LABEL, "To Print", "to print"),
    (Comparison.MAKE, "NIKON CORPORATION", "Nikon"),
    (Comparison.MAKE, "OLYMPUS IMAGING CORP.", "Olympus"),
    (Comparison.MAKE, "SAMSUNG TECHWIN CO., LTD.", "Samsung"),
    (Comparison.MAKE, "Leica Camera AG", "LEICA"),
    (Comparison.MAKE, "Eastman Kodak Company", "KODAK"),
    (Comparison.DEVICE, "Canon EOS 5D Mark II", "EOS 5D Mark II"),
    (Comparison.DEVICE, "NIKON D40", "nikon  d40"),
    (Comparison.DEVICE, "NIKON CORPORATION NIKON D40", "Nikon NIKON D40"),
    (Comparison.DEVICE, "Apple iPhone 12", "iPhone 12"),
    (Comparison.DEVICE, "EF 50mm f/1.8", "EF50mm f/1.8"),
]
OTHER = [
    (Comparison.TEXT, "Sunset", "sunset"),
    (Comparison.TEXT, "a b", "a  b"),
    (Comparison.TEXT, "①", "1"),
    (Comparison.NAME, "Paris", "Paris, Texas"),
    (Comparison.LABEL, "Rot", "Blau"),
    (Comparison.LABEL, "Red", "Select"),
    (Comparison.MAKE, "Canon", "Nikon"),
    (Comparison.DEVICE, "EOS 5D", "EOS 5D Mark II"),
    (Comparison.DEVICE, "iPhone 12", "iPhone 12 Pro"),
    (Comparison.DEVICE, "Canonet", "et"),
]


def keys(comparison: Comparison, *texts: str) -> list[str]:
    found: list[str] = KEYS[comparison](pa.array(texts)).to_pylist()
    return found


@pytest.mark.parametrize(("comparison", "a", "b"), SAME)
def test_same(comparison: Comparison, a: str, b: str) -> None:
    first, second = keys(comparison, a, b)
    assert first == second


@pytest.mark.parametrize(("comparison", "a", "b"), OTHER)
def test_other(comparison: Comparison, a: str, b: str) -> None:
    first, second = keys(comparison, a, b)
    assert first != second


def test_null_stays_null() -> None:
    for key in KEYS.values():
        assert key(pa.array([None, "x"], pa.string())).to_pylist()[0] is None


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_normal_forms_are_the_same_text(text: str) -> None:
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    assert len(set(keys(Comparison.TEXT, *forms))) == 1
