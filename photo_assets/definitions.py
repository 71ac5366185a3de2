"""The one entry point Dagster loads: everything that `photo_assets.defs` defines."""

import dagster as dg

from photo_assets.defs import load


@dg.definitions
def defs() -> dg.Definitions:
    """Return assets, checks, sensors, schedules and resources of the project."""
    return load()
