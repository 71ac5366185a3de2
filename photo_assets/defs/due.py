"""Whether `identity/lookalikes` is what its inputs are, told by digests alone."""

from photo_assets.defs.joins import lookalikes_inputs
from photo_assets.model.tables import LOOKALIKE_GROUPS, LOOKALIKES
from photo_assets.store.lake import DAMAGED
from photo_assets.store.workspace import Workspace

_ASSET = ("identity", "lookalikes")


def lookalikes_due(workspace: Workspace, *, remember: bool = False) -> bool:
    """Say whether it would be told anything else, or made into other columns, than is stored.

    `remember` as in `joins.lookalikes_inputs`.
    """
    inputs, lake = lookalikes_inputs(workspace, remember=remember), workspace.lake
    for kind in (LOOKALIKES, LOOKALIKE_GROUPS):
        if lake.digest(_ASSET, kind.name) == DAMAGED:
            return True
        footer = lake.footer(_ASSET, kind.name)
        if (
            footer is None
            or footer.schema_version != kind.version
            or footer.extra.get("inputs") != inputs
        ):
            return True
    return False
