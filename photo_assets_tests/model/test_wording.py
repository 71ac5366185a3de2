"""Formatting of counts and durations for people."""

import pytest

from photo_assets.model.wording import counted, duration


@pytest.mark.parametrize(
    ("number", "one", "several", "said"),
    [
        (0, "row", None, "0 rows"),
        (1, "row", None, "1 row"),
        (2, "row", None, "2 rows"),
        (1_204, "row", None, "1,204 rows"),
        (1, "entry", "entries", "1 entry"),
        (3, "entry", "entries", "3 entries"),
        (1, "month waits", "months wait", "1 month waits"),
        (0, "month waits", "months wait", "0 months wait"),
    ],
)
def test_a_count_agrees_with_its_noun(
    number: int, one: str, several: str | None, said: str
) -> None:
    assert counted(number, one, several) == said


def test_spans() -> None:
    assert duration(59.9) == "59 s"
    assert duration(200) == "3 min 20 s"
    assert duration(7500) == "2 h 5 min"
    assert duration(10 * 86400) == "10 days"
