"""The comparison with an older commit: what is compared, and what is said where none can be had."""

import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from photo_assets_tests.bench.against import commit, stage
from photo_assets_tests.bench.against.commit import DEFAULT, ROOT, NoCommitError, take_out
from photo_assets_tests.bench.against.scenarios import OURS, SCENARIOS, Cost
from photo_assets_tests.bench.against.side import Side
from photo_assets_tests.bench.join_steps import CONFIGURATION
from photo_assets_tests.bench.joins_scale import run_step
from photo_assets_tests.bench.lake.plan import Plan
from photo_assets_tests.bench.run import Run, amounts


def cost(scenario: str, step: str, seconds: float, *, base: bool = False) -> Cost:
    return Cost(scenario, step, base, seconds, seconds, 1.0, 100.0, {})


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of two commits, and a third that the present one does not descend from."""
    folder = tmp_path / "clone"
    folder.mkdir()
    monkeypatch.setattr(commit, "ROOT", folder)

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-b", "main")
    for number in (1, 2):
        (folder / "code.py").write_text(f"{number}")
        git("add", "-A")
        git("commit", "-m", f"{number}")
        git("tag", f"v{number}")
    git("checkout", "-b", "beside", "v1")
    git("commit", "--allow-empty", "-m", "3")
    git("tag", "v3")
    git("checkout", "main")
    return folder


def test_an_older_commit_is_taken_out_beside_the_present_one(clone: Path, tmp_path: Path) -> None:
    code = take_out("v1", tmp_path / "base")
    assert (code / "code.py").read_text() == "1"
    assert (clone / "code.py").read_text() == "2"


@pytest.mark.parametrize(
    ("asked", "said"),
    [("v3", "not an ancestor"), ("v9", "not in this clone"), ("-x", "not in this")],
)
def test_a_commit_that_cannot_be_had_is_named_in_one_line(
    clone: Path, tmp_path: Path, asked: str, said: str
) -> None:
    run = Run(amounts(quick=True, huge=False), tmp_path / "s", tmp_path / "c", base=asked)
    figures = stage.measure_against(run)
    assert not figures.voided
    assert set(figures.absent) == set(figures.values)
    (reason,) = set(figures.absent.values())
    assert said in reason
    assert asked in reason
    assert "\n" not in reason


def test_a_folder_that_is_no_clone_has_no_older_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(NoCommitError):
        take_out("329d1c2", tmp_path / "base")


@pytest.mark.slow
def test_every_step_runs_on_both_sides(tmp_path: Path) -> None:
    """The steps name functions of both commits by strings, which no type checker sees."""
    home, plan = tmp_path / "lake", Plan(300, 3)
    home.mkdir()
    (home / "photosync.yaml").write_text(CONFIGURATION)
    run_step("lake", home, plan)
    sides = [Side(ROOT, tmp_path / "ours")]
    with suppress(NoCommitError):  # an unpacked archive has no commits; our side is still run
        sides.append(Side(take_out(DEFAULT, tmp_path / "code"), tmp_path / "base"))
    for side in sides:
        side.take_inputs(home / "data" / "lake")
        for step in OURS if side.code == ROOT else OURS[1:]:
            assert side.run(step)["cpu_s"] > 0
        assert side.is_as_planted(plan)


def test_a_ratio_is_of_the_same_layers_but_for_one_edit() -> None:
    costs = [
        cost(scenario, step, seconds, base=base)
        for scenario in SCENARIOS
        for step, seconds, base in (
            ("photos", 2.0, False),
            ("supabase", 6.0, False),
            ("photos", 4.0, True),
        )
    ]
    figures = stage._figures(costs)
    assert figures["first_over_base"] == figures["changed_over_base"] == 0.5
    assert figures["edited_over_base"] == figures["unchanged_over_base"] == 2.0
    costs += [cost("first", "supabase", 12.0, base=True)]
    assert stage._figures(costs)["first_over_base"] == 0.5
    assert figures["peak_mib"] == 100.0
