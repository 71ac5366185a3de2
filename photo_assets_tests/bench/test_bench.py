"""All stages, run on a handful of tiny photos: every promised key is there. No time is judged."""

import json
from pathlib import Path

import pytest

from photo_assets_tests.bench.corpus import Plan, camera_jpeg
from photo_assets_tests.bench.real_photos import real_photos
from photo_assets_tests.bench.run import Amounts, Run
from photo_assets_tests.bench.stages import STAGES, Stage, run_stages

TINY = Amounts(
    plan=Plan(photos=3, copies=6, sizes=((640, 480), (600, 400))),
    rounds=1,
    real_rounds=1,
    floor_seconds=0.01,
    seed_photos=2,
    asset_photos=4,
    asset_rounds=1,
    peer_rounds=1,
    rows=(2_000,),
    files=100,
    vault_photos=2,
)


@pytest.fixture(scope="module")
def corpus_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corpus")


SLOW = {"photos", "asset", "unified", "fingerprint", "peers", "against"}
"""Stages that take long even at the smallest size."""


@pytest.mark.parametrize(
    "stage",
    [
        pytest.param(stage, id=stage.name, marks=[pytest.mark.slow] if stage.name in SLOW else [])
        for stage in STAGES
    ],
)
def test_a_stage_gives_every_key_it_promises(
    stage: Stage, corpus_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PHOTO_ASSETS_REAL_DATA", raising=False)
    said: list[str] = []
    run = Run(TINY, tmp_path / "scratch", corpus_home, say=said.append)
    found = run_stages([stage], run)
    assert found.voided == {}, said
    assert set(stage.promised(run)) <= set(found.values)
    assert all(found.values[key] is None for key in found.absent)
    ratios = {k: v for k, v in found.values.items() if "_over_" in k and v is not None}
    assert all(isinstance(value, float) and value > 0 for value in ratios.values()), ratios
    json.dumps(found.values)


def test_only_large_readable_jpegs_count_as_real_photos(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for number in range(2):
        content = camera_jpeg(number, Plan(2, 0, sizes=((3000, 2000),)))
        (folder / f"{number}.JPG").write_bytes(content)
    (folder / "small.jpg").write_bytes(camera_jpeg(3, Plan(4, 0, sizes=((64, 48),))))
    (folder / "broken.jpg").write_bytes(content[:2000])
    (folder / "notes.txt").write_text("no photo")
    assert [path.name for path in real_photos(folder)] == ["0.JPG", "1.JPG"]
