"""An edit that changes nothing is a mistake of the test that makes it."""

import pytest

from photo_assets_tests.edits import replaced


def test_every_occurrence_is_replaced_in_order() -> None:
    assert replaced("a-b-a", ("a", "c"), ("c-b", "d")) == "d-c"
    assert replaced(b"ab", (b"b", b"")) == b"a"


@pytest.mark.parametrize("part", [("x", "y"), ("a", "a"), ("A", "b")])
def test_an_edit_that_changes_nothing_is_refused(part: tuple[str, str]) -> None:
    with pytest.raises(AssertionError):
        replaced("a", part)
