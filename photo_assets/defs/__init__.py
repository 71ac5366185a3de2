"""The Dagster layer, thin: assets, automation, checks, resources. One folder a layer of the graph.

Logic does not belong here: an asset body calls a function of a room and says what came out.
"""

from pathlib import Path

import dagster as dg


def load() -> dg.Definitions:
    """Return everything the modules of this folder define."""
    # Not above: it imports this package.
    from photo_assets.defs.presenting import presented

    return presented(dg.load_from_defs_folder(path_within_project=Path(__file__).parent))
