"""What each unpartitioned join is made from, as one digest."""

from photo_assets.store.lake.inputs import files_digest, fingerprint_files, item_files
from photo_assets.store.ledger import Decisions
from photo_assets.store.workspace import Workspace


def photos_inputs(workspace: Workspace) -> str:
    """Return one digest over everything `identity/photos` is made from."""
    lake = workspace.lake
    files = [*item_files(lake), *fingerprint_files(lake)]
    return files_digest(lake, files, *workspace.settings.identity.master_priority)


def lookalikes_inputs(workspace: Workspace) -> str:
    """Return one digest over everything `identity/lookalikes` is made from."""
    lake = workspace.lake
    tables = [lake.path(("identity", "photos"), name) for name in ("members", "relations")]
    files = [*item_files(lake), *fingerprint_files(lake), *tables]
    return files_digest(lake, files, workspace.settings.identity.lookalikes.model_dump_json())


def metadata_inputs_digest(workspace: Workspace) -> str:
    """Return one digest over everything the metadata assets are made from."""
    lake = workspace.lake
    tables = [lake.path(("identity", "photos"), name) for name in ("photos", "members")]
    files = [*item_files(lake), *fingerprint_files(lake), *tables]
    decided = [f"{d.decision_id} {d.at}" for d in Decisions(workspace.ledger).all()]
    return files_digest(lake, files, workspace.settings.metadata.model_dump_json(), *decided)
