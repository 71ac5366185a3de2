"""The stages of `make bench`, in the order they run, with the keys each promises.

A stage that raises voids its keys and costs no other stage its figures. To add one: its keys and a
function from `Run` to `Figures`, and a line in `STAGES`. One that measures tables of growing size is
`growth.grown` around a function from a number of rows to a flat dict.
"""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from photo_assets_tests.bench.against.stage import AGAINST_FIGURES, measure_against
from photo_assets_tests.bench.asset.stage import ASSET_KEYS, measure_asset
from photo_assets_tests.bench.figures import Figures, GateError
from photo_assets_tests.bench.fingerprint.stage import FINGERPRINT_KEYS, measure_fingerprints
from photo_assets_tests.bench.growth import label
from photo_assets_tests.bench.peers.stage import PEER_KEYS, measure_peers
from photo_assets_tests.bench.run import Measure, Run
from photo_assets_tests.bench.scale_stages import (
    JOIN_FIGURES,
    LOOKALIKE_KEYS,
    SCAN_KEYS,
    measure_lookalike_search,
    measure_photo_joins,
    measure_scans,
    measure_unified,
)
from photo_assets_tests.bench.vault_scale import VAULT_KEYS, measure_vault


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the benchmark. `keys` are in every run's result."""

    name: str
    keys: Sequence[str]
    measure: Measure
    grows: Sequence[str] = ()
    """Figures there is one of for each size of the run; a size that was not run has no key."""

    def promised(self, run: Run) -> list[str]:
        """Return the keys that are in the result of this run, whatever happens."""
        sizes = [label(rows) for rows in run.amounts.rows]
        grown = [f"{self.name}_{size}_{figure}" for size in sizes for figure in self.grows]
        return [*self.keys, *grown]


STAGES = (
    Stage("fingerprint", FINGERPRINT_KEYS, measure_fingerprints),
    Stage("asset", ASSET_KEYS, measure_asset),
    Stage("peers", PEER_KEYS, measure_peers),
    Stage("scan", SCAN_KEYS, measure_scans),
    Stage("lookalikes", LOOKALIKE_KEYS, measure_lookalike_search),
    Stage("photos", (), measure_photo_joins, JOIN_FIGURES),
    Stage("unified", (), measure_unified, JOIN_FIGURES),
    Stage("vault", VAULT_KEYS, measure_vault),
    Stage("against", (), measure_against, AGAINST_FIGURES),
)


def run_stages(stages: Sequence[Stage], run: Run) -> Figures:
    """Run `stages` one after the other; every key they promise is in the result."""
    everything = Figures()
    for stage in stages:
        run.say(f"stage: {stage.name}")
        everything.add(_guarded(stage, run))
    return everything


def _guarded(stage: Stage, run: Run) -> Figures:
    try:
        figures = stage.measure(run)
    except GateError as error:
        figures = Figures()
        figures.void(stage.promised(run), f"gate: {error}")
    except Exception as error:  # whatever it is, the other stages' figures stand
        run.say(traceback.format_exc())
        figures = Figures()
        figures.void(stage.promised(run), f"{type(error).__name__}: {error}")
    missing = [key for key in stage.promised(run) if key not in figures.values]
    figures.void(missing, f"stage {stage.name} gave no such figure")
    return figures
