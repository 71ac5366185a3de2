"""Of many cases of one promise, those that the everyday suite runs; `make test-slow` runs the rest.

The everyday ones show the promise by themselves, one for each way in which it can break.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import pytest


def cases(of: Iterable[Any], everyday: Sequence[Any]) -> list[Any]:
    """Return all cases as `parametrize` takes them, those that are not everyday marked as slow."""
    all_cases = [*of]
    missing = [case for case in everyday if case not in all_cases]
    assert not missing, f"no cases: {missing}"
    return [case if case in everyday else _slow(case) for case in all_cases]


def combinations(*values: Iterable[Any], everyday: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Return every combination of values, those that are not everyday marked as slow."""
    return cases(itertools.product(*values), everyday)


def _slow(case: Any) -> Any:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=pytest.mark.slow)
