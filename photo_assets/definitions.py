"""The one entry point Dagster loads: everything that `photo_assets.defs` defines."""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """Return assets, checks, sensors, schedules and resources of the project."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
