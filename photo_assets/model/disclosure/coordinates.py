"""Coordinates written out in text, as people, programs and web addresses write them."""

import re
from typing import Final

from photo_assets.model.disclosure.names import CUT

_SIGN = r"[+\-−]"
_SIDE = r"[NSEWO]"  # O: west or east in Romance languages and in German
_NUMBER = r"\d{1,3}[.,]\d+"
_START = r"(?<![\w.,])"
_AFTER = r"(?<![^\W_])(?<![.,])"
_DEGREES = r"\d{1,3}(?:[.,]\d+)?\s*(?:[°º˚]|deg\b)"
_DEGREES_LOST = r"\d{1,3}\s*[?\ufffd*]"  # where an ASCII field lost the degree sign
_MINUTES = r"\s*\d{1,2}(?:[.,]\d+)?\s*['′’´]"
_SECONDS = r"\s*\d{1,2}(?:[.,]\d+)?\s*(?:[\"″”]|'')"
_SIDED = rf"(?:{_SIDE}\s*{_NUMBER}|{_NUMBER}\s*{_SIDE}\b)"
_OF_AXIS = r"(?:latitude|longitude|lat|lon|lng|long)(?:_?ref)?"
_EQUALS = r"[\"']?\s*[:=]\s*[\"']?"
_CODE = r"[2-9CFGHJMPQRVWX]"

_FORMS = (
    # 47°22'36.9"N; 47.3769° N; N 47° 22.615'; exiftool's 47 deg 22' 36.90" N
    rf"{_START}(?:{_SIDE}\s*)?(?:{_DEGREES}|{_DEGREES_LOST}){_MINUTES}(?:{_SECONDS})?(?:\s*{_SIDE}\b)?",
    rf"{_START}{_DEGREES}\s*{_SIDE}\b|{_START}{_SIDE}\s*{_DEGREES}",
    # 47.3769, 8.5417; @47.3769,8.5417: three decimals are a place to 100 m, sizes have fewer
    rf"(?<![\d.]){_SIGN}?\d{{1,3}}\.\d{{3,}}\s*(?:[,;/| ]|%2C)\s*{_SIGN}?\d{{1,3}}\.\d{{3,}}",
    rf"(?<![\d,]){_SIGN}?\d{{1,3}},\d{{4,}}\s*[;/| ]\s*{_SIGN}?\d{{1,3}},\d{{4,}}",
    # with other characters between: 47.3769~8.5417, 47.3769° 8.5417°; Google's !3d47.3769!4d8.5417
    rf"(?<![\d.]){_SIGN}?\d{{1,3}}\.\d{{3,}}(?:[\W_]{{1,8}}|!\dd)-?\d{{1,3}}\.\d{{3,}}",
    # with words between, to 10 m: mlat=47.3769&mlon=8.5417; Breite 47,3769 Länge 8,5417
    rf"(?<![\d.,]){_SIGN}?\d{{1,3}}[.,]\d{{4,}}\D{{1,24}}?\d{{1,3}}[.,]\d{{4,}}",
    # 47.37 N 8.54 E; 47.376N
    rf"{_START}{_SIDED}\s*[,;/]?\s*{_SIDED}",
    rf"{_START}(?:{_SIDE}\s*\d{{1,3}}[.,]\d{{3,}}|\d{{1,3}}[.,]\d{{3,}}\s*{_SIDE}\b)",
    # geo:lat=47.3; latitude: 47.37; lng 8.54; geolat473769; geo:47.3,8.5
    rf"(?i:\b(?:geo|gps|exif|map|m)?[:_ ]?{_OF_AXIS}{_EQUALS}{_SIGN}?\d{{1,3}}(?:[.,]\d+)?)",
    rf"(?i:\b{_OF_AXIS}\.?\s+{_SIGN}?\d{{1,3}}[.,]\d{{2,}})",
    rf"(?i:\bgeo(?:lat|lon|lng|long)\d+|\bgeo:{_SIGN}?[\d.]+,{_SIGN}?[\d.]+)",
    # as XMP writes them: 47,22.615N; 47,22,36N
    rf"{_START}\d{{1,3}},\d{{1,2}}(?:\.\d{{2,}}|,\d{{1,2}}(?:\.\d+)?){_SIDE}\b",
    # without their signs: 47 22 36.9 N; 47_22_36_N; N47 22.615; 47 22.615 N
    rf"{_AFTER}\d{{1,3}}[ _][0-5]?\d[ _][0-5]?\d(?:[.,]\d+)?[ _]?{_SIDE}(?![^\W_])",
    rf"{_AFTER}{_SIDE}[ _]?\d{{2,3}}[ _][0-5]\d(?:[.,]\d{{3,}}|[ _][0-5]\d(?:[.,]\d+)?)(?!\d)",
    rf"{_AFTER}\d{{1,3}}[ _][0-5]?\d[.,]\d{{2,}} ?{_SIDE}(?![^\W_])",
    # UTM 32T 465000 5247000; MGRS 32TMT 65000 47000
    r"\b\d{1,2} ?[C-HJ-NP-X] ?\d{6}[EM]? ?\d{7}N?\b",
    r"\b\d{1,2} ?[C-HJ-NP-X] ?[A-HJ-NP-Z]{2} ?(?:(?:\d\d){3,5}|\d{4} \d{4}|\d{5} \d{5})\b",
    # ISO 6709: +47.3769+008.5417/
    rf"{_SIGN}\d{{2,6}}\.\d{{2,}}{_SIGN}\d{{3,7}}\.\d{{2,}}(?:{_SIGN}\d+(?:\.\d+)?)?/?",
    # Open Location Code: 8FVC9GFQ+QM; 9GFQ+QM
    rf"\b(?=\d*[A-Z])(?:{_CODE}{{4}}){{1,2}}\+{_CODE}{{2,7}}\b",
)
_COORDINATES: Final = re.compile("|".join(_FORMS))
# What every one of the forms has in it: a decimal, three numbers, a zone of a grid, a sign, or a
# word. Names of files are full of digits, and the forms take long to miss.
_MAY_HOLD_ONE: Final = re.compile(
    r"\d[.,]\d|\d[ _]\d{1,2}[ _]\d|\d ?[C-HJ-NP-X] ?(?:\d{6}|[A-HJ-NP-Z]{2} ?\d{4})"
    r"|[°º˚?\ufffd*+]|deg|[Ll][AaOo]|[Ll][Nn][Gg]|[Gg][Ee][Oo]"
)


def cut_coordinates(text: str) -> str:
    """Return the text with "…" for each coordinate in it; unchanged where there is none."""
    return _COORDINATES.sub(CUT, text) if _MAY_HOLD_ONE.search(text) else text
