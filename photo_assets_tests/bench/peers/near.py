"""Near duplicates: peers that find pictures that look alike, against our hashing and grouping."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from photo_assets_tests.bench.figures import Figures, GateError
from photo_assets_tests.bench.peers.parsers import Groups
from photo_assets_tests.bench.peers.peer import NEAR, PROGRAMS
from photo_assets_tests.bench.peers.race import Performance
from photo_assets_tests.bench.peers.scoring import (
    installed,
    put_found,
    put_peer,
    put_score,
    race_peers,
    require_ours,
)
from photo_assets_tests.bench.peers.truth import Truth
from photo_assets_tests.bench.planted import CERTAIN, Planted
from photo_assets_tests.bench.run import Run


def measure_near(run: Run) -> Figures:
    """Measure on the corpus. Raises `GateError` when ours misses a pair it must find, or merges
    different pictures.
    """
    figures = Figures()
    corpus = run.corpus
    truth = Truth.of(corpus.originals, corpus.planted)
    peers = installed(NEAR, figures)
    found = race_peers(run, "near", peers, _ours, corpus.folder, run.amounts.peer_rounds)
    ours = require_ours(found)
    _put_ours(figures, ours, truth, corpus.planted)
    for peer in peers:
        if put_peer(figures, peer, found[peer.name], ours):
            put_found(figures, peer, found[peer.name], corpus.folder, truth, corpus.planted)
    return figures


def _ours(folder: Path, _scratch: Path) -> list[str]:
    return [sys.executable, "-m", f"{PROGRAMS}.our_groups", str(folder)]


def _put_ours(
    figures: Figures, ours: Performance, truth: Truth, planted: Sequence[Planted]
) -> None:
    said = json.loads(ours.output.splitlines()[-1])
    merged, alike = (_groups(said[kind]) for kind in ("merged", "alike"))
    hold_the_gate(merged, alike, truth, planted)
    put_score(figures, "near_ours", truth.score(merged + alike, planted))
    figures.put({"near_ours_wall_seconds": ours.wall, "near_ours_cpu_seconds": ours.cpu})


def hold_the_gate(merged: Groups, alike: Groups, truth: Truth, planted: Sequence[Planted]) -> None:
    """Raise `GateError` for a false merge, or a certain pair that was not found."""
    if false := truth.score(merged, []).false:
        raise GateError(f"{false} pairs of different pictures were made one photo")
    score = truth.score(merged + alike, [each for each in planted if each.kind in CERTAIN])
    if score.found < score.planted:
        raise GateError(f"ours found {score.found} of {score.planted} pairs it must find")


def _groups(named: list[list[str]]) -> Groups:
    return [[Path(name) for name in group] for group in named]
