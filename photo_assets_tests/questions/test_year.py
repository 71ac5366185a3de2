"""Whatever happens in a year, the view shows what catalogs state and people decided."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from photo_assets_tests.questions.year import Year

_RELAXED = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


@pytest.mark.parametrize(
    ("runs", "steps"), [(2, 12), pytest.param(25, 120, marks=pytest.mark.slow)]
)
def test_a_year_of_use_ends_as_a_simple_model_says(runs: int, steps: int) -> None:
    run_state_machine_as_test(
        Year, settings=settings(_RELAXED, max_examples=runs, stateful_step_count=steps)
    )
