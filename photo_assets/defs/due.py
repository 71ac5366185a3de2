"""Whether the joins are what their inputs are, told by digests alone."""

from photo_assets.defs.joins import lookalikes_inputs, metadata_inputs_digest, photos_inputs
from photo_assets.model.tables import (
    CONFLICTS,
    EDGES,
    LOOKALIKE_GROUPS,
    LOOKALIKES,
    MEMBERS,
    PHOTOS,
    RELATIONS,
    UNIFIED,
    TableKind,
)
from photo_assets.store.lake import DAMAGED
from photo_assets.store.workspace import Workspace

_PHOTOS = (PHOTOS, MEMBERS, EDGES, RELATIONS)
_LOOKALIKES = (LOOKALIKES, LOOKALIKE_GROUPS)


def joins_due(workspace: Workspace) -> bool:
    """Say whether a join would be made from other inputs, or into other columns, than is stored."""
    joined = photos_inputs(workspace)
    if any(not _current(workspace, ("identity", "photos"), kind, joined) for kind in _PHOTOS):
        return True
    compared = lookalikes_inputs(workspace)
    asset = ("identity", "lookalikes")
    if any(not _current(workspace, asset, kind, compared) for kind in _LOOKALIKES):
        return True
    seen = metadata_inputs_digest(workspace)
    return any(
        not _current(workspace, ("metadata", kind.name), kind, seen)
        for kind in (UNIFIED, CONFLICTS)
    )


def _current(workspace: Workspace, asset: tuple[str, str], kind: TableKind, inputs: str) -> bool:
    if workspace.lake.digest(asset, kind.name) == DAMAGED:
        return False
    footer = workspace.lake.footer(asset, kind.name)
    return (
        footer is not None
        and footer.schema_version == kind.version
        and footer.extra.get("inputs") == inputs
    )
