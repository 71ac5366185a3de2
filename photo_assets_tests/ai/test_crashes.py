"""Runs that are killed, against an endpoint that fails: nobody is asked twice, the ceiling holds."""

import random
import time
from pathlib import Path

import pytest

from photo_assets.ai.describing import Describing
from photo_assets.ai.openai_client import OpenAiDescriber
from photo_assets.ledger import AiCalls, AiProposals
from photo_assets.service_calls import ServiceError
from photo_assets.workspace import Workspace
from photo_assets_tests.ai.libraries import MONTH, ai_workspace, store
from photo_assets_tests.processes import PROCESSES
from photo_assets_tests.services.faults import Chance, FaultKind
from photo_assets_tests.services.openai.app import CANARY, Endpoint, build_app
from photo_assets_tests.services.server import StandIn

_WAITS = (FaultKind.SLOW, FaultKind.LIMITED_SECONDS, FaultKind.LIMITED_DATE, FaultKind.LIMITED_TEXT)
FAULTS = tuple(kind for kind in FaultKind if kind not in (FaultKind.OK, *_WAITS))
PRICES = {"input": 2.0, "output": 8.0}


def workspace_of(folder: Path, url: str, tokens: int) -> Workspace:
    ceiling = {"photos": 1_000_000, "tokens": tokens, "money": 1_000.0}
    return ai_workspace(folder, url, parallel=4, ceiling=ceiling, prices=PRICES)


def describe(folder: Path, url: str, tokens: int) -> None:
    """One run; of its errors, only those of the service end it."""
    workspace = workspace_of(folder, url, tokens)
    client = OpenAiDescriber(workspace.settings.ai, workspace.ledger)
    try:
        Describing(workspace, client).month(MONTH)
    except ServiceError:
        return


@pytest.mark.parametrize(
    ("photos", "kills"), [(30, 2), pytest.param(10_000, 50, marks=pytest.mark.slow)]
)
def test_nobody_is_asked_twice_and_the_ceiling_is_never_passed(
    tmp_path: Path, photos: int, kills: int
) -> None:
    chance, endpoint = random.Random(kills), Endpoint(bad_share=0.1, keep=False)
    # What is kept for calls of an unknown outcome (4,500 tokens each) comes on top.
    tokens = 3_000 * photos
    with StandIn(build_app(endpoint)).running() as stand_in:
        stand_in.faults.chance(Chance(0.2, seed=kills, kinds=FAULTS, retry_after=0.01))
        store(workspace_of(tmp_path, stand_in.base_url, tokens), photos)
        arguments = (tmp_path, stand_in.base_url, tokens)
        for kill in range(kills):
            run = PROCESSES.Process(target=describe, args=arguments)
            run.start()
            wanted = (kill + chance.random()) * photos / kills / 2
            while run.is_alive() and endpoint.asked.total() < wanted:
                time.sleep(0.005)
            run.kill()
            run.join()
            assert max(endpoint.asked.values(), default=1) == 1
        stand_in.faults.chance(None)
        workspace = workspace_of(*arguments)
        client = OpenAiDescriber(workspace.settings.ai, workspace.ledger)
        made = Describing(workspace, client).month(MONTH)

    assert set(endpoint.asked.values()) == {1}
    used = AiCalls(workspace.ledger).used()
    assert endpoint.tokens <= used.tokens <= tokens  # what was charged, known, and allowed
    assert made.ceiling is not None or not made.counts.get("waiting")
    assert sum(made.counts.values()) == photos and made.counts["answered"] >= photos // 3
    assert made.counts["unknown"] >= 1
    proposals = AiProposals(workspace.ledger)
    assert len(proposals.all()) == made.counts["answered"]
    assert proposals.released() == {}
    for path in (tmp_path / "data").rglob("*"):
        inside = "ledger.sqlite" in path.name or "ai/descriptions" in str(path)
        if path.is_file() and not inside:
            assert CANARY.encode() not in path.read_bytes(), path
