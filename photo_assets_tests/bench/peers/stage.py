"""The peers stage: near-duplicate finders and exact ones, each against ours on the same files."""

from photo_assets_tests.bench.figures import Figures, GateError
from photo_assets_tests.bench.peers.exact import measure_exact
from photo_assets_tests.bench.peers.near import measure_near
from photo_assets_tests.bench.peers.peer import EXACT, NEAR, ratio_key
from photo_assets_tests.bench.run import Run

_NEAR_KEYS = ("near_ours_recall", "near_ours_false_pairs", *map(ratio_key, NEAR))
_EXACT_KEYS = tuple(map(ratio_key, EXACT))
PEER_KEYS = (*_NEAR_KEYS, *_EXACT_KEYS)


def measure_peers(run: Run) -> Figures:
    """Measure every peer that is installed; a failed gate of one half leaves the other's figures."""
    figures = Figures()
    for keys, measure in ((_NEAR_KEYS, measure_near), (_EXACT_KEYS, measure_exact)):
        try:
            figures.add(measure(run))
        except GateError as error:
            figures.void(keys, f"gate: {error}")
    return figures
