"""What both kinds of peers have in common: who is there, in which order they run, their figures."""

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from photo_assets_tests.bench.figures import Figures, GateError, ratio
from photo_assets_tests.bench.peers.peer import Peer, ratio_key
from photo_assets_tests.bench.peers.race import Command, Performance, race
from photo_assets_tests.bench.peers.truth import Score, Truth
from photo_assets_tests.bench.planted import Planted
from photo_assets_tests.bench.run import Run

OURS = "ours"


def installed(peers: Sequence[Peer], figures: Figures) -> list[Peer]:
    """Return the peers that are there; the figures say how to get the others."""
    there = []
    for peer in peers:
        how = peer.absent()
        if how is None:
            there.append(peer)
            figures.put({f"version_{peer.name}": peer.version()})
        else:
            figures.miss([ratio_key(peer)], f"not installed: {how}")
    return there


def race_peers(
    run: Run, label: str, peers: Sequence[Peer], ours: Command | None, folder: Path, rounds: int
) -> dict[str, Performance]:
    """Run the peers, and ours before and after them, so that a busy moment does not favour it."""
    mine = [] if ours is None else [(OURS, ours)]
    commands = [*mine, *((peer.name, peer.command) for peer in peers), *mine]
    return race(commands, folder, rounds, _scratches(run, label), run.say)


def put_peer(figures: Figures, peer: Peer, theirs: Performance, ours: Performance | None) -> bool:
    """Add a peer's times over ours; return whether it ran at all."""
    if theirs.failure is not None:
        figures.miss([ratio_key(peer)], f"{peer.name} {theirs.failure}")
        return False
    figures.put({f"peer_{peer.name}_wall_seconds": theirs.wall})
    figures.put({f"peer_{peer.name}_cpu_seconds": theirs.cpu})
    if ours is not None:
        figures.put({ratio_key(peer): ratio(theirs.wall, ours.wall)})
        figures.put({f"{ratio_key(peer)}_cpu": ratio(theirs.cpu, ours.cpu)})
    return True


def put_found(
    figures: Figures,
    peer: Peer,
    theirs: Performance,
    folder: Path,
    truth: Truth,
    planted: Sequence[Planted],
) -> None:
    """Add what a peer found."""
    try:
        groups = peer.groups(theirs.output, folder, theirs.scratch)
        score = truth.score(groups, planted)
    except (KeyError, ValueError, OSError) as error:
        figures.miss([f"peer_{peer.name}_recall"], f"what it printed is not understood: {error!r}")
        return
    put_score(figures, f"peer_{peer.name}", score)


def put_score(figures: Figures, name: str, score: Score) -> None:
    """Add recall and pairs of different pictures."""
    figures.put({f"{name}_recall": score.recall, f"{name}_false_pairs": score.false})


def require_ours(found: dict[str, Performance]) -> Performance:
    """Return our own performance. Raises `GateError` if we failed."""
    ours = found[OURS]
    if ours.failure is not None:
        raise GateError(f"ours {ours.failure}")
    return ours


def _scratches(run: Run, label: str) -> Callable[[str], Path]:
    numbers = count()
    return lambda name: run.folder(f"{label}-{name}-{next(numbers)}")
