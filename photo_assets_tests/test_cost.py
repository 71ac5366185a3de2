"""The cost of a call is measured separately from earlier costs of the process."""

import pytest

from photo_assets_tests.cost import in_bounds


def takes(mib: int) -> int:
    return len(b"x" * (mib << 20))


def refuses(_mib: int) -> None:
    raise ValueError("no such thing")


def ends(_mib: int) -> None:
    raise SystemExit(3)


def test_memory_is_seen_in_a_process_that_took_more_before() -> None:
    assert takes(300) == 300 << 20
    in_bounds(150_000, 9, takes, 100)
    with pytest.raises(AssertionError, match="KiB of memory"):
        in_bounds(90_000, 9, takes, 100)


def test_an_error_that_is_expected_is_an_end_like_any_other() -> None:
    in_bounds(90_000, 9, refuses, 1, refusing=ValueError)
    for call in (refuses, ends):
        with pytest.raises(AssertionError, match="it ended with"):
            in_bounds(90_000, 9, call, 1)
