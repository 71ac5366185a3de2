"""What the fingerprint stage makes of its series of times."""

import pytest

from photo_assets_tests.bench.cost import Cost
from photo_assets_tests.bench.figures import Figures
from photo_assets_tests.bench.fingerprint.comparison import Comparison
from photo_assets_tests.bench.fingerprint.stage import put_comparison


@pytest.fixture
def found() -> Comparison:
    return Comparison(
        files=10,
        floors=[2.0, 2.0, 9.0],
        hash_floors=[1.0, 1.0, 5.0],
        one_worker=[Cost(wall=4.0, cpu=3.0), Cost(wall=4.4, cpu=3.0), Cost(wall=40.0, cpu=9.0)],
        two_workers=[Cost(wall=2.0, cpu=3.2), Cost(wall=2.2, cpu=3.2), Cost(wall=99.0, cpu=9.0)],
        hashes=[Cost(wall=1.5, cpu=1.5)] * 3,
    )


def test_processor_time_is_compared_except_between_one_and_two_workers(found: Comparison) -> None:
    figures = Figures()
    put_comparison(figures, found, Cost(wall=0.8, cpu=0.5))
    assert figures.values == {
        "fingerprint_over_floor": 1.5,
        "fingerprint_over_floor_without_startup": 1.25,
        "hashes_over_floor": 1.5,
        "fingerprint_two_workers_speedup": 2.0,
        "floor_cpu_ms": 200.0,
        "fingerprint_cpu_ms": 300.0,
        "fingerprint_startup_cpu_seconds": 0.5,
        "fingerprint_startup_wall_seconds": 0.8,
    }


def test_photos_that_cost_less_than_the_start_of_a_worker_void_nothing(found: Comparison) -> None:
    """Three tiny photos now and then took less than the start alone did: a negative ratio."""
    figures = Figures()
    put_comparison(figures, found, Cost(wall=3.5, cpu=3.1))
    assert figures.values["fingerprint_over_floor"] == 1.5
    assert list(figures.absent) == ["fingerprint_over_floor_without_startup"]
    assert not figures.voided
