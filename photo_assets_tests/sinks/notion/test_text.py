"""Text that is split, cleaned and visibly truncated."""

import json

from hypothesis import given
from hypothesis import strategies as st

from photo_assets.sinks.notion.limits import TEXT_UNITS, TEXTS
from photo_assets.sinks.notion.text import clean, fitting, joined, json_bytes, pieces, utf16_units

TEXT = st.text(max_size=60).map(lambda part: part * 90)
CLEAN = TEXT.map(clean)


@given(st.text(st.characters()))
def test_units_are_those_of_utf_16(text: str) -> None:
    assert utf16_units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(CLEAN)
def test_pieces_are_the_text_and_none_is_too_long(text: str) -> None:
    parts = pieces(text)
    assert "".join(parts) == text
    assert all(0 < utf16_units(part) <= TEXT_UNITS for part in parts)


@given(st.text(st.characters()))
def test_clean_text_is_taken_by_every_service(text: str) -> None:
    found = clean(text)
    found.encode()
    assert found == found.strip() == clean(found)
    assert not [char for char in found if ord(char) < 32 and char not in "\n\t"]


def test_invalid_characters_are_replaced_visibly() -> None:
    assert clean("a\x00b\x07c\ud83d\r\nd\x85e ") == "a\ufffdb\ufffdc\ufffd\nd\ne"


@given(CLEAN)
def test_bytes_are_those_of_the_request(text: str) -> None:
    sent = json.dumps(text, ensure_ascii=False).encode()
    assert json_bytes(text) == len(sent) - 2


@given(CLEAN, st.integers(100, 5000))
def test_a_truncated_text_fits_and_states_the_rest(text: str, most: int) -> None:
    found, cut = fitting(text, most)
    assert json_bytes(found) <= most
    assert len(pieces(found)) <= TEXTS
    if not cut:
        assert found == text
    else:
        kept, _, missing = found.rpartition("… [")
        assert text.startswith(kept)
        assert int(missing.split()[0]) == len(text) - len(kept) > 0


@given(st.lists(st.text(max_size=40).map(lambda t: clean(t).replace("\n", " ")), max_size=40))
def test_lines_that_do_not_fit_are_counted(lines: list[str]) -> None:
    text, left = joined(lines, 300)
    assert json_bytes(text) <= 300
    found = text.split("\n") if text else []
    if left:
        assert found[-1] == f"… and {left} more"
        found = found[:-1]
    assert found == lines[: len(lines) - left] or (not left and "\n".join(lines) == text)


def test_a_text_of_more_than_a_hundred_pieces_is_cut() -> None:
    found, cut = fitting("x" * 250_000, 10**9)
    assert cut
    assert len(pieces(found)) == TEXTS
    assert found.endswith("… [52000 characters more]")
