"""Exact duplicates: peers that find files of equal bytes, against `photosync duplicates`."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from photo_assets_tests.bench.distinct import distinct_copies
from photo_assets_tests.bench.figures import Figures, GateError
from photo_assets_tests.bench.peers.parsers import parse_duplicates
from photo_assets_tests.bench.peers.peer import EXACT, ratio_key
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
from photo_assets_tests.bench.planted import Kind, Planted
from photo_assets_tests.bench.run import Run

_PHOTOSYNC = [sys.executable, "-c", "from photo_assets.cli.main import main; main()"]
_VERSIONS = 4
_ROUNDS = 3


def measure_exact(run: Run) -> Figures:
    """Measure on a folder where equal sizes say little. Raises `GateError` when ours misses or
    invents a duplicate.
    """
    figures = Figures()
    folder, truth, planted = exact_corpus(run.corpus.originals, run.folder("exact"))
    peers = installed(EXACT, figures)
    there = _has_command()
    found = race_peers(run, "exact", peers, _ours if there else None, folder, _ROUNDS)
    ours = require_ours(found) if there else None
    if ours is not None:
        _put_ours(figures, ours, truth, planted)
    else:
        absent = "this version has no `photosync duplicates`"
        figures.miss([ratio_key(peer) for peer in peers], absent)
    for peer in peers:
        if put_peer(figures, peer, found[peer.name], ours):
            put_found(figures, peer, found[peer.name], folder, truth, planted)
    return figures


def _put_ours(
    figures: Figures, ours: Performance, truth: Truth, planted: Sequence[Planted]
) -> None:
    score = truth.score(parse_duplicates(ours.output), planted)
    if score.found < score.planted or score.false:
        raise GateError(
            f"ours found {score.found} of {score.planted} duplicates and {score.false} false ones"
        )
    put_score(figures, "exact_ours", score)
    figures.put({"exact_ours_wall_seconds": ours.wall, "exact_ours_cpu_seconds": ours.cpu})


def exact_corpus(photos: Sequence[Path], home: Path) -> tuple[Path, Truth, list[Planted]]:
    """Return a folder with four versions of each photo, equally long and not the same, every other
    one of them twice; the truth about it; and the pairs that are the same.
    """
    folder = home / "files"
    files = distinct_copies(photos, _VERSIONS * len(photos), folder)
    planted = []
    for number, path in enumerate(files[::2]):
        copy = folder / "again" / f"copy_{number:05d}.jpg"
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
        planted.append(Planted(Kind.EXACT, path, copy))
    return folder, Truth.of(files, planted), planted


def _ours(folder: Path, _scratch: Path) -> list[str]:
    return [*_PHOTOSYNC, "duplicates", str(folder), "--json"]


def _has_command() -> bool:
    return (
        subprocess.run([*_PHOTOSYNC, "duplicates", "--help"], capture_output=True).returncode == 0
    )
