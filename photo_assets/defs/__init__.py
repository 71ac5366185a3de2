"""The Dagster layer, thin: assets, automation, checks, resources. One folder a layer of the graph.

Logic does not belong here: an asset body calls a function of a room and says what came out.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dagster as dg


def load() -> "dg.Definitions":
    """Return what the modules of this folder define, fitted to the library at hand."""
    # Not above: what is imported there imports this package, and what waits, which `photosync`
    # asks for often, is told without Dagster (`joins`, `due`, `contact`).
    import dagster as dg

    from photo_assets.defs.keeping_up import keeping_up
    from photo_assets.defs.loading import decide, fitted
    from photo_assets.defs.presenting import presented
    from photo_assets.defs.reloading import build_reload_sensor
    from photo_assets.library import open_workspace

    decided = decide(open_workspace())
    found = dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
    found = fitted(presented(found), decided)
    sensors = [one for one in found.sensors or () if isinstance(one, dg.SensorDefinition)]
    return dg.Definitions(
        assets=found.assets,
        asset_checks=found.asset_checks,
        jobs=found.jobs,
        schedules=found.schedules,
        sensors=keeping_up([*sensors, build_reload_sensor(decided)]),
        resources=found.resources,
        executor=found.executor,
    )
