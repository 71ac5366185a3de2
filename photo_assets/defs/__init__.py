"""The Dagster layer: assets, automation, checks, resources. One folder per layer of the graph.

Logic does not belong here: an asset body calls a function of another package and reports the
result.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dagster as dg


def load() -> "dg.Definitions":
    """Return the definitions of this package, adapted to the current library."""
    # Not at module level: importing a module of this package must not load Dagster. `photosync`
    # often needs only the pending work, which is computed without it (`joins`, `catalog_states`).
    import dagster as dg

    from photo_assets.defs.asset_properties import with_properties
    from photo_assets.defs.combined_sensor import combine_sensors
    from photo_assets.defs.loading import adapt_definitions, read_library_state
    from photo_assets.defs.reloading import build_reload_sensor
    from photo_assets.library import open_workspace

    state = read_library_state(open_workspace())
    found = dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
    found = adapt_definitions(with_properties(found), state)
    sensors = [one for one in found.sensors or () if isinstance(one, dg.SensorDefinition)]
    return dg.Definitions(
        assets=found.assets,
        asset_checks=found.asset_checks,
        jobs=found.jobs,
        schedules=found.schedules,
        sensors=combine_sensors([*sensors, build_reload_sensor(state)]),
        resources=found.resources,
        executor=found.executor,
    )
