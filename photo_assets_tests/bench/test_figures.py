"""Ratios are what they say, and a failed gate leaves no figure standing."""

import json
import math
from pathlib import Path

import pytest

from photo_assets_tests.bench.figures import Figures, GateError, ratio, ratio_of_medians
from photo_assets_tests.bench.growth import grown, label
from photo_assets_tests.bench.machine import machine
from photo_assets_tests.bench.report import table, write_json
from photo_assets_tests.bench.run import Run, amounts
from photo_assets_tests.bench.stages import STAGES, Stage, run_stages


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(amounts(quick=True, huge=False), tmp_path / "scratch", tmp_path / "corpus")


def test_one_slow_round_does_not_move_a_ratio() -> None:
    assert ratio_of_medians([2.0, 90.0, 2.2], [1.0, 1.1, 1.2]) == pytest.approx(2.0)


def test_nothing_over_nothing_is_no_ratio() -> None:
    with pytest.raises(GateError):
        ratio(1.0, 0.0)


def test_what_a_gate_voids_is_null_with_its_reason() -> None:
    figures = Figures()
    figures.put({"a": 1.23456, "b": 2})
    figures.void(["a"], "gate: wrong digest")
    assert figures.values == {"a": None, "b": 2}
    assert figures.voided == {"a": "gate: wrong digest"}


def test_what_is_not_installed_is_absent_and_not_void() -> None:
    figures = Figures()
    figures.miss(["peer_x_over_ours"], "not installed: apt-get install x")
    assert figures.values == {"peer_x_over_ours": None}
    assert not figures.voided


def test_a_stage_that_raises_costs_no_other_stage_its_figures(run: Run) -> None:
    def good(_run: Run) -> Figures:
        return Figures(values={"speed": 2.0})

    def wrong(_run: Run) -> Figures:
        raise GateError("2 photos have the wrong digest")

    def broken(_run: Run) -> Figures:
        raise ZeroDivisionError("no rows")

    stages = [
        Stage("wrong", ["wrong_over_floor"], wrong),
        Stage("broken", ["broken_over_floor"], broken),
        Stage("good", ["speed", "forgotten"], good),
    ]
    found = run_stages(stages, run)
    assert found.values == {
        "wrong_over_floor": None,
        "broken_over_floor": None,
        "speed": 2.0,
        "forgotten": None,
    }
    assert found.voided == {
        "wrong_over_floor": "gate: 2 photos have the wrong digest",
        "broken_over_floor": "ZeroDivisionError: no rows",
        "forgotten": "stage good gave no such figure",
    }


def test_no_two_stages_promise_one_key() -> None:
    keys = [key for stage in STAGES for key in stage.keys]
    assert len(keys) == len(set(keys))


def test_a_key_says_the_size_that_was_measured(run: Run) -> None:
    found = grown(run, "joins", ["over_floor"], lambda n: {"over_floor": n / 1e5, "seconds": 1})
    assert found.values == {
        "joins_3k_over_floor": 0.03,
        "joins_3k_seconds": 1,
        "joins_10k_over_floor": 0.1,
        "joins_10k_seconds": 1,
    }
    assert (label(1_000_000), label(10_000_000)) == ("1m", "10m")


def test_a_size_that_failed_voids_its_own_keys_alone(run: Run) -> None:
    def measure(rows: int) -> dict[str, float]:
        if rows > 3_000:
            raise GateError("a photo is missing")
        return {"over_floor": 2.0}

    found = grown(run, "joins", ["over_floor"], measure)
    assert found.values["joins_3k_over_floor"] == 2.0
    assert set(found.voided) == {"joins_10k_over_floor"}


def test_a_quick_run_has_no_key_of_a_size_it_did_not_run(run: Run) -> None:
    by_size = [stage for stage in STAGES if stage.grows]
    assert [stage.name for stage in by_size] == ["photos", "unified", "against"]
    keys = {key for stage in by_size for key in stage.promised(run)}
    assert {key.split("_")[1] for key in keys} == {"3k", "10k"}

    def fail(_run: Run) -> Figures:
        raise GateError("nothing could be made")

    found = run_stages([Stage("photos", (), fail, ("over_floor",))], run)
    assert set(found.voided) == {"photos_3k_over_floor", "photos_10k_over_floor"}


def test_a_size_without_one_of_the_figures_is_void(run: Run) -> None:
    found = grown(run, "joins", ["over_floor"], lambda _n: {"seconds": 1}, sizes=[3_000])
    assert found.voided == {"joins_3k_over_floor": "GateError: measured without over_floor"}


def test_a_measurement_may_name_its_figures_in_full(run: Run) -> None:
    measured = {"photos_over_floor": 2.0, "floor_s": 1.0}
    found = grown(run, "photos", ["over_floor"], lambda _rows: measured, sizes=[10_000])
    assert found.values == {
        "photos_10k_over_floor": 2.0,
        "photos_10k_floor_s": 1.0,
    }


def test_what_is_not_a_number_is_void_and_never_in_the_file(run: Run) -> None:
    measured = {"photos_over_floor": math.nan}
    found = grown(run, "photos", ["over_floor"], lambda _rows: measured, sizes=[10_000])
    assert found.values["photos_10k_over_floor"] is None
    assert set(found.voided) == {"photos_10k_over_floor"}


def test_the_file_is_flat_but_for_the_reasons(tmp_path: Path) -> None:
    figures = Figures(values={"speed": 2.0}, notes=["a note"])
    figures.void(["other"], "gate: no")
    figures.miss(["peer_x_over_ours"], "not installed: apt-get install x")
    write_json(tmp_path / "out.json", figures, machine())
    said = json.loads((tmp_path / "out.json").read_text())
    assert (said["speed"], said["other"], said["peer_x_over_ours"]) == (2.0, None, None)
    assert said["voided"] == {"other": "gate: no"}
    assert said["absent"] == {"peer_x_over_ours": "not installed: apt-get install x"}
    nested = {key for key, value in said.items() if isinstance(value, dict | list)}
    assert nested == {"voided", "absent", "notes"}
    assert {"date", "machine", "cores", "version_python", "version_pillow"} <= set(said)


def test_the_table_says_how_to_get_what_is_absent() -> None:
    figures = Figures()
    figures.miss(["peer_jdupes_over_ours"], "not installed: apt-get install jdupes")
    lines = list(table(figures))
    assert lines[0].split() == [
        "peer_jdupes_over_ours",
        "-",
        "jdupes:",
        "wall",
        "time",
        "over",
        "ours",
    ]
    assert lines[1] == "not here: peer_jdupes_over_ours: not installed: apt-get install jdupes"
