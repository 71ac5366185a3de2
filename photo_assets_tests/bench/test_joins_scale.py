"""The benchmark of the joins runs, and voids its ratios when a result is wrong. No time is held."""

import math
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from photo_assets_tests.bench.joins_scale import RUNS, _figures, faults, measure_photos
from photo_assets_tests.bench.lake.plan import Plan


@pytest.mark.slow
def test_it_measures_a_small_lake(tmp_path: Path) -> None:
    figures = measure_photos(2_000, tmp_path / "home", months=6)
    assert figures["photos_gate"] == 1.0
    assert figures["floor_s"] > 0
    assert figures["photos_peak_mib"] > 50
    for name in RUNS:
        assert figures[f"photos_{name}_over_floor"] > 0


def test_a_wrong_result_voids_the_ratios() -> None:
    after = Plan(2_000, 6, revision=1)
    before = Plan(2_000, 6)
    first: dict[str, Any] = {
        "items": 2_000,
        "photos": before.photos,
        "new": before.photos,
        "keys": 9,
    }
    first |= {"merged": 0, "split": 0, "digests": ["a"], "changed": [True]}
    common: dict[str, Any] = {"cpu_s": 1.0, "wall_s": 1.0, "peak_mib": 100}
    runs: dict[str, dict[str, Any]] = {
        "first": first | common,
        "rerun": first | common | {"keys": 0, "changed": [False]},
        "metadata_first": common | {"months": 12},
        "edited": first | common | {"keys": 0, "joined": 0},
        "metadata_edited": common | {"months": 2},
        "changed": first | common | {"photos": after.photos, "new": after.photos - before.photos},
    }
    assert faults(runs, after) == []
    for run, key, value in (
        ("first", "photos", before.photos - 1),
        ("rerun", "keys", 1),
        ("rerun", "changed", [True]),
        ("rerun", "digests", ["b"]),
        ("edited", "joined", 1),
        ("metadata_edited", "months", 12),
        ("changed", "merged", 1),
    ):
        worse = deepcopy(runs)
        worse[run][key] = value
        assert faults(worse, after)
    assert math.isnan(_figures(runs, 1.0, gate=False)["photos_over_floor"])
