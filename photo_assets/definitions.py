"""The entry point that Dagster loads: everything defined by `photo_assets.defs`."""

import dagster as dg

from photo_assets.defs import load


@dg.definitions
def defs() -> dg.Definitions:
    """Return assets, checks, sensors, schedules and resources of the project."""
    return load()
